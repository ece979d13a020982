namespace Orleans.Dpo.Trainer.Reports;

/// <summary>How a report looks, in light and dark, on paper and on small screens.</summary>
internal static class ReportStyle
{
    public const string Sheet = """
        :root{color-scheme:light dark;--ink:#1d2430;--dim:#5a6575;--paper:#fff;--card:#f5f7fa;--edge:#d5dbe3;--one:#0b62b8;--two:#b3450b;--bad:#a31621}
        @media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--dim:#9aa6b6;--paper:#12161c;--card:#1b2129;--edge:#343d49;--one:#6fb2f5;--two:#f0a06a;--bad:#ff8a92}}
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        main{max-width:1080px;margin:0 auto;padding:24px 16px 64px}h1{margin:0 0 16px;font-size:1.7rem}h2{margin:36px 0 10px;font-size:1.25rem}
        h3{margin:0 0 6px;font-size:1rem}h3 small{color:var(--dim);font-weight:400}h4{margin:8px 0 2px;font-size:.8rem;color:var(--dim);text-transform:uppercase;letter-spacing:.04em}
        dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:10px;margin:0}dl div{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:10px 14px}
        dt{color:var(--dim);font-size:.85rem}dd{margin:0;overflow-wrap:anywhere}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:14px}figure{margin:0;background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:12px}
        figcaption{font-size:.9rem;color:var(--dim)}figcaption strong{color:var(--ink)}figure>svg{width:100%;height:auto;display:block}
        .grid{stroke:var(--edge);stroke-width:1}.tick{fill:var(--dim);font-size:11px}polyline{fill:none}.line{stroke-width:2}.raw{stroke-width:1;opacity:.35}
        .s0{stroke:var(--one)}.s1{stroke:var(--two);stroke-dasharray:5 3}.dot.s0{fill:var(--one)}.dot.s1{fill:var(--two)}
        .legend{display:flex;gap:16px;margin:2px 0 0;font-size:.85rem}.legend svg{width:24px;height:8px;margin-right:6px}
        details{font-size:.85rem;margin-top:4px}summary{cursor:pointer;color:var(--dim)}table{border-collapse:collapse;width:100%;font-size:.88rem}
        th,td{text-align:left;padding:4px 8px;border-bottom:1px solid var(--edge);vertical-align:top}td{overflow-wrap:anywhere}th[scope=row]{font-weight:400;color:var(--dim)}
        .pair{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:12px 14px;margin:0 0 10px}
        pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;max-height:16em;overflow:auto}code{font-size:.85rem}
        .failure{border-left:4px solid var(--bad);background:var(--card);padding:10px 14px}
        :focus-visible{outline:2px solid var(--one);outline-offset:2px}@media print{figure,.pair{break-inside:avoid}}
        """;
}

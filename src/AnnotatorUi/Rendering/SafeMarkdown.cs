using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Orleans.Dpo.AnnotatorUi.Rendering;

/// <summary>Markdown to HTML for text that nobody vouches for. Raw HTML is shown as text; links keep only http, https and mailto; images become links.</summary>
/// <remarks>Markdig lets <c>[x](javascript:…)</c> through even with HTML disabled, so addresses are checked on the syntax tree.</remarks>
internal static class SafeMarkdown
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder()
        .DisableHtml().UsePipeTables().UseEmphasisExtras().UseTaskLists().UseAutoLinks().Build();

    /// <summary>HTML of the text. Nesting deeper than the parser's or renderer's limit comes back as escaped plain text.</summary>
    public static string ToHtml(string text)
    {
        try
        {
            return Render(text);
        }
        catch (ArgumentException)
        {
            return $"<pre>{System.Net.WebUtility.HtmlEncode(text)}</pre>";
        }
    }

    private static string Render(string text)
    {
        var document = Markdown.Parse(text, s_pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            link.IsImage = false;
            link.Url = IsAllowed(link.Url) ? link.Url : "#";
            link.GetDynamicUrl = null;
        }

        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (!link.IsEmail && !IsAllowed(link.Url))
            {
                link.ReplaceBy(new LiteralInline(link.Url));
            }
        }

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer) { UseNonAsciiNoEscape = true };
        s_pipeline.Setup(renderer);
        renderer.Render(document);
        writer.Flush();
        return writer.ToString();
    }

    private static bool IsAllowed(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https" or "mailto");
}

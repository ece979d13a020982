using System.Globalization;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Evaluation;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Metrics;

namespace Orleans.Dpo.Trainer.Reports;

/// <summary>Writes <c>report.html</c> from what a run left in its folder: one file, no scripts, nothing fetched.</summary>
internal static class ReportFile
{
    public const string FileName = "report.html";
    private const int MostSuspects = 30;
    private const int MostNotices = 20;

    /// <exception cref="TrainerException">The folder has no metrics.</exception>
    public static string Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        DurableFolder.ReplaceFile(path, Encoding.UTF8.GetBytes(Page(folder)));
        return path;
    }

    /// <summary>Suspect pairs of a folder; none where its rows are no pairs.</summary>
    public static IReadOnlyList<SuspectPair> Suspects(string folder)
    {
        var pairs = Path.Combine(folder, PairLog.FileName);
        return File.Exists(pairs) ? SuspectPairs.Find(PairLog.Read(pairs)) : [];
    }

    private static string Page(string folder)
    {
        var file = Path.Combine(folder, "metrics.jsonl");
        if (!File.Exists(file))
        {
            throw TrainerException.BadInput($"{folder} has no metrics.jsonl; give the --out folder of a training run.");
        }

        JobMetrics[] lines = [.. ReadLines(file)];
        var facts = RunFacts.Read(folder);
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>Training report</title><style>")
            .Append(ReportStyle.Sheet).Append("</style></head><body><main>");
        page.Append("<h1>Training report</h1>");
        if (facts?.Failure is { } failure)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"failure\" role=\"alert\"><strong>The run ended early.</strong> {ReportText.Escape(failure)}</p>");
        }

        page.Append(Summary(lines, facts)).Append(Notices(lines)).Append("<h2>Curves</h2><div class=\"charts\">").Append(Charts(lines)).Append("</div>").Append(Divergence(folder));
        page.Append(SuspectSection(folder, facts)).Append(Settings(facts));
        return page.Append("</main></body></html>\n").ToString();
    }

    private static IEnumerable<JobMetrics> ReadLines(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            JobMetrics? metrics = null;
            try
            {
                metrics = JsonSerializer.Deserialize<JobMetrics>(line, JobJson.Line);
            }
            catch (JsonException)
            {
                // A crash may have torn the last line; its step is done again.
                metrics = null;
            }

            if (metrics is not null)
            {
                yield return metrics;
            }
        }
    }

    private static string Summary(JobMetrics[] lines, RunFacts? facts)
    {
        var facts0 = new List<(string, string)>();
        if (facts is not null)
        {
            var left = facts.RowsTooLong is { } tooLong ? string.Create(CultureInfo.InvariantCulture, $", {tooLong:N0} left out because they are longer than the limit (rule drop-too-long)") : "";
            facts0.Add(("Rows", string.Create(CultureInfo.InvariantCulture, $"{facts.Rows:N0} used{left}")));
            if (facts.StepZeroCheck.Length > 0)
            {
                facts0.Add(("Checks before the first update", facts.StepZeroCheck));
            }
        }

        if (lines is [.., var last])
        {
            JobMetrics[] epoch = [.. lines.Where(line => line.Epoch > Math.Ceiling(last.Epoch) - 1)];
            facts0.Add(("Steps", string.Create(CultureInfo.InvariantCulture, $"{last.Step:N0} of {last.Steps:N0}, {last.Epoch:0.##} epochs")));
            facts0.Add(("Loss over the last epoch", ReportText.Number(Mean(epoch, line => line.Loss) ?? double.NaN)));
            if (Mean(epoch, line => line.RewardsAccuracies) is { } accuracy)
            {
                facts0.Add(("Pairs told apart over the last epoch", string.Create(CultureInfo.InvariantCulture, $"{accuracy:P1}, mean margin {ReportText.Number(Mean(epoch, line => line.RewardsMargins) ?? 0)}")));
            }

            facts0.Add(("Tokens", string.Create(CultureInfo.InvariantCulture, $"{last.NumTokens:N0} in {Time(last.Seconds)}, {last.NumTokens / Math.Max(last.Seconds, 1e-9):N0} a second")));
        }

        return $"<dl>{string.Concat(facts0.Select(fact => $"<div><dt>{ReportText.Escape(fact.Item1)}</dt><dd>{ReportText.Escape(fact.Item2)}</dd></div>"))}</dl>";
    }

    /// <summary>Mean over rows, not over steps: the last step of an epoch may be short.</summary>
    private static double? Mean(JobMetrics[] lines, Func<JobMetrics, double?> value)
    {
        JobMetrics[] some = [.. lines.Where(line => value(line) is not null)];
        return some.Length == 0 ? null : some.Sum(line => value(line)!.Value * (line.Rows ?? 1)) / some.Sum(line => line.Rows ?? 1);
    }

    private static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");
    }

    private static string Divergence(string folder)
    {
        if (KlFile.Read(folder) is not { } kl)
        {
            return "";
        }

        var rows = kl.Estimators.Select(estimate =>
            $"<tr><th scope=\"row\">{ReportText.Escape(estimate.Name)}</th><td>{ReportText.Number(estimate.Nats)}</td><td>{(estimate.StandardError is { } error ? ReportText.Number(error) : "")}</td><td>{ReportText.Escape(estimate.Meaning)}</td></tr>");
        return string.Create(CultureInfo.InvariantCulture, $"<h2>Distance from the start</h2><p>KL(π‖π0) in nats a response, over {kl.Responses:N0} responses of the policy itself ({kl.Tokens:N0} tokens, temperature 1).</p>")
            + "<table><thead><tr><th scope=\"col\">Estimator</th><th scope=\"col\">Nats</th><th scope=\"col\">Standard error</th><th scope=\"col\">What is summed</th></tr></thead><tbody>"
            + string.Concat(rows) + "</tbody></table>";
    }

    private static string Notices(JobMetrics[] lines)
    {
        string[] notices = [.. lines.Select(line => line.Notice).OfType<string>()];
        if (notices.Length == 0)
        {
            return "";
        }

        var more = notices.Length > MostNotices ? string.Create(CultureInfo.InvariantCulture, $"<li>and {notices.Length - MostNotices} more</li>") : "";
        return $"<h2>Steps that taught nothing</h2><ul>{string.Concat(notices.Take(MostNotices).Select(notice => $"<li>{ReportText.Escape(notice)}</li>"))}{more}</ul>";
    }

    private static string Charts(JobMetrics[] lines)
    {
        ReportSeries Line(string name, Func<JobMetrics, double?> value) =>
            new(name, [.. lines.Where(line => value(line) is not null).Select(line => ((double)line.Step, value(line)!.Value))]);

        ReportChart[] charts =
        [
            new("Loss", "Mean over the rows of each step.", [Line("loss", line => line.Loss)]),
            new("Reward margin", "Chosen reward minus rejected reward; above 0 the pair is told apart.", [Line("margin", line => line.RewardsMargins)]),
            new("Rewards", "β · (log π − log π_ref).", [Line("chosen", line => line.RewardsChosen), Line("rejected", line => line.RewardsRejected)]),
            new("Accuracy", "Share of pairs with a positive margin.", [Line("accuracy", line => line.RewardsAccuracies)]),
            new("Log-probabilities", "Σ log π of whole answers, in nats. Both falling means that the policy leaves both answers.", [Line("chosen", line => line.LogpsChosen), Line("rejected", line => line.LogpsRejected)]),
            new("Divergence from the reference", "KTO's estimate that rewards are measured against, in nats.", [Line("kl", line => line.Kl)]),
            new("Gradient norm", "Before clipping.", [Line("norm", line => line.GradNorm)]),
            new("Learning rate", "Of each step.", [Line("rate", line => line.LearningRate)], noisy: false),
            new("Throughput", "Tokens a second, padding excluded.", [Line("tokens a second", line => line.TokensPerSecond)]),
            new("Use of the device", "Estimated arithmetic over what matrix products reached (MFU).", [Line("MFU", line => line.Mfu)]),
        ];
        return string.Concat(charts.Select(chart => chart.Figure()));
    }

    private static string SuspectSection(string folder, RunFacts? facts)
    {
        if (!File.Exists(Path.Combine(folder, PairLog.FileName)))
        {
            return "";
        }

        var suspects = Suspects(folder);
        var text = new StringBuilder("<h2>Likely mislabelled pairs</h2><p>Pairs that stayed negative while the others were learned, far below those met at the same time ")
            .Append(CultureInfo.InvariantCulture, $"(mean score at most {ReportText.Number(SuspectPairs.Limit)} robust standard deviations; docs/formats/metrics.md). Read them before the next round.</p>");
        if (suspects.Count == 0)
        {
            return text.Append("<p>None.</p>").ToString();
        }

        var rows = SuspectRows.Read(facts?.Data, suspects.Take(MostSuspects).Select(suspect => suspect.Line).ToHashSet());
        foreach (var suspect in suspects.Take(MostSuspects))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"<article class=\"pair\"><h3><bdi>{ReportText.Escape(suspect.Pair)}</bdi> <small>line {suspect.Line}, score {ReportText.Number(suspect.Score)}, {suspect.Visits} visits, mean margin {ReportText.Number(suspect.MeanMargin)}, last {ReportText.Number(suspect.LastMargin)}</small></h3>");
            foreach (var (name, value) in rows.GetValueOrDefault(suspect.Line, []))
            {
                text.Append(CultureInfo.InvariantCulture, $"<h4>{ReportText.Escape(name)}</h4><pre dir=\"auto\">{ReportText.Shortened(value)}</pre>");
            }

            text.Append("</article>");
        }

        return suspects.Count > MostSuspects
            ? text.Append(CultureInfo.InvariantCulture, $"<p>{suspects.Count - MostSuspects} more: <code>pairs</code> of the trainer lists all.</p>").ToString()
            : text.ToString();
    }

    private static string Settings(RunFacts? facts) => facts is null
        ? ""
        : "<h2>Settings</h2><p>Everything that changes a bit of the result. Two runs with the same values end with the same bytes.</p><table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Value</th></tr></thead><tbody>"
            + string.Concat(facts.Run.Prepend(new("start folder", facts.Model)).Prepend(new("row file", facts.Data))
                .Select(entry => $"<tr><th scope=\"row\">{ReportText.Escape(entry.Key)}</th><td><code>{ReportText.Escape(entry.Value)}</code></td></tr>"))
            + "</tbody></table>";
}

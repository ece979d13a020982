using System.Globalization;
using System.Text;

namespace Orleans.Dpo.Trainer.Reports;

/// <summary>A chart as inline SVG with its numbers as a table, so that it can be read without seeing it.</summary>
/// <param name="title">Its name.</param>
/// <param name="explanation">What the lines mean, in a sentence.</param>
/// <param name="series">The lines.</param>
/// <param name="noisy">Whether a running mean is drawn over the steps themselves.</param>
internal sealed class ReportChart(string title, string explanation, IReadOnlyList<ReportSeries> series, bool noisy = true)
{
    private const int Width = 460;
    private const int Height = 230;
    private const int Left = 58;
    private const int Right = 12;
    private const int Top = 12;
    private const int Bottom = 30;
    private const int MostPoints = 300;
    private const int TableRows = 12;

    /// <returns>The figure, or an empty text when there is nothing to draw.</returns>
    public string Figure()
    {
        ReportSeries[] drawn = [.. series
            .Select(line => line with { Points = [.. line.Points.Where(point => double.IsFinite(point.Y))] })
            .Where(line => line.Points.Count > 0)];
        if (drawn.Length == 0)
        {
            return "";
        }

        var (minX, maxX) = Span(drawn.SelectMany(line => line.Points.Select(point => point.X)));
        var (minY, maxY) = Padded(Span(drawn.SelectMany(line => line.Points.Select(point => point.Y))));
        double X(double value) => Left + ((value - minX) / (maxX - minX) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((value - minY) / (maxY - minY) * (Height - Top - Bottom));

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{ReportText.Escape($"{title}. {Spoken(drawn)}")}\">");
        foreach (var tick in Ticks(minY, maxY))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(tick):F1}\" y2=\"{Y(tick):F1}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Left - 6}\" y=\"{Y(tick) + 4:F1}\" text-anchor=\"end\">{ReportText.Number(tick)}</text>");
        }

        foreach (var tick in Ticks(minX, maxX).Where(tick => tick == Math.Floor(tick)))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{X(tick):F1}\" y=\"{Height - 10}\" text-anchor=\"middle\">{ReportText.Number(tick)}</text>");
        }

        for (var i = 0; i < drawn.Length; i++)
        {
            var points = Thinned(drawn[i].Points);
            if (noisy && points.Count > 40)
            {
                Line(svg, $"raw s{i}", points, X, Y);
                points = Smoothed(points);
            }

            Line(svg, $"line s{i}", points, X, Y);
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot s{i}\" r=\"2.5\" cx=\"{X(points[^1].X):F1}\" cy=\"{Y(points[^1].Y):F1}\"/>");
        }

        svg.Append("</svg>");
        var legend = drawn.Length > 1
            ? $"<p class=\"legend\">{string.Concat(drawn.Select((line, i) => $"<span><svg viewBox=\"0 0 24 8\" aria-hidden=\"true\"><line class=\"line s{i}\" x1=\"1\" y1=\"4\" x2=\"23\" y2=\"4\"/></svg>{ReportText.Escape(line.Name)}</span>"))}</p>"
            : "";
        return $"<figure><figcaption><strong>{ReportText.Escape(title)}</strong> {ReportText.Escape(explanation)}</figcaption>{legend}{svg}{Table(drawn)}</figure>";
    }

    private static void Line(StringBuilder svg, string style, IReadOnlyList<(double X, double Y)> points, Func<double, double> x, Func<double, double> y)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{style}\" points=\"");
        foreach (var point in points)
        {
            svg.Append(CultureInfo.InvariantCulture, $"{x(point.X):F1},{y(point.Y):F1} ");
        }

        svg.Append("\"/>");
    }

    private string Table(ReportSeries[] drawn)
    {
        var steps = drawn[0].Points.Select(point => point.X).ToArray();
        double[] some = [.. Enumerable.Range(0, Math.Min(TableRows, steps.Length)).Select(i => steps[(int)((long)i * (steps.Length - 1) / Math.Max(1, Math.Min(TableRows, steps.Length) - 1))]).Distinct()];
        var text = new StringBuilder($"<details><summary>Numbers of {ReportText.Escape(title)}</summary><table><thead><tr><th scope=\"col\">Step</th>");
        text.AppendJoin("", drawn.Select(line => $"<th scope=\"col\">{ReportText.Escape(line.Name)}</th>")).Append("</tr></thead><tbody>");
        var byStep = drawn.Select(line => line.Points.GroupBy(point => point.X).ToDictionary(group => group.Key, group => group.Last().Y)).ToArray();
        foreach (var step in some)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{step:F0}</th>");
            text.AppendJoin("", byStep.Select(line => $"<td>{(line.TryGetValue(step, out var value) ? ReportText.Number(value) : "")}</td>")).Append("</tr>");
        }

        return text.Append("</tbody></table></details>").ToString();
    }

    private static string Spoken(ReportSeries[] drawn) => string.Join(" ", drawn.Select(line =>
        $"{line.Name} goes from {ReportText.Number(line.Points[0].Y)} at step {line.Points[0].X.ToString("F0", CultureInfo.InvariantCulture)} to {ReportText.Number(line.Points[^1].Y)} at step {line.Points[^1].X.ToString("F0", CultureInfo.InvariantCulture)}."));

    private static (double Least, double Most) Span(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var (least, most) = (all.Min(), all.Max());
        return least == most ? (least - (Math.Abs(least) * 0.05) - 1e-9, most + (Math.Abs(most) * 0.05) + 1e-9) : (least, most);
    }

    private static (double Least, double Most) Padded((double Least, double Most) span) =>
        (span.Least - ((span.Most - span.Least) * 0.04), span.Most + ((span.Most - span.Least) * 0.04));

    private static IEnumerable<double> Ticks(double least, double most)
    {
        var rough = (most - least) / 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        for (var number = Math.Ceiling(least / step); number * step <= most; number++)
        {
            yield return number * step;
        }
    }

    /// <summary>Means of equal stretches, where there are more points than a chart can show.</summary>
    private static IReadOnlyList<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points) => points.Count <= MostPoints
        ? points
        : [.. points.Chunk((points.Count + MostPoints - 1) / MostPoints).Select(part => (part[^1].X, part.Average(point => point.Y)))];

    private static List<(double X, double Y)> Smoothed(IReadOnlyList<(double X, double Y)> points)
    {
        var half = Math.Max(2, points.Count / 30);
        return [.. points.Select((point, i) => (point.X, points.Skip(Math.Max(0, i - half)).Take(Math.Min(points.Count - 1, i + half) - Math.Max(0, i - half) + 1).Average(near => near.Y)))];
    }
}

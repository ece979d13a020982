namespace Orleans.Dpo.Trainer.Reports;

/// <summary>One line of a chart.</summary>
internal sealed record ReportSeries(string Name, IReadOnlyList<(double X, double Y)> Points);

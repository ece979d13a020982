using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Reports;

namespace Orleans.Dpo.Trainer.Metrics;

/// <summary>What a run leaves for people: <c>run.json</c>, <c>metrics.jsonl</c>, <c>pairs.jsonl</c>, <c>report.html</c>, and points for a collector.</summary>
internal sealed class RunRecord : IDisposable
{
    private readonly string _folder;
    private readonly MetricsLog _metrics;
    private readonly int _stepsDone;
    private readonly MetricsExport? _export;
    private RunFacts _facts;
    private PairLog? _pairs;

    /// <param name="folder">Gets the files.</param>
    /// <param name="facts">What the run is.</param>
    /// <param name="stepsDone">Steps that a resumed run does not do again; later lines are dropped.</param>
    public RunRecord(string folder, RunFacts facts, int stepsDone)
    {
        (_folder, _facts, _stepsDone) = (folder, facts, stepsDone);
        _metrics = new MetricsLog(Path.Combine(folder, "metrics.jsonl"), stepsDone);
        _facts.Write(folder);
        _export = MetricsExport.Start(facts.Run);
    }

    /// <param name="line">The step's numbers.</param>
    /// <param name="visits">Its pairs; empty where rows are no pairs.</param>
    public void Write(JobMetrics line, IReadOnlyCollection<PairVisit> visits)
    {
        if (visits.Count > 0)
        {
            _pairs ??= new PairLog(Path.Combine(_folder, PairLog.FileName), _stepsDone);
            _pairs.Write(visits);
        }

        _metrics.Write(line);
        _export?.Record(line);
    }

    /// <summary>Notes how the run ended before its last step, and reports what there is.</summary>
    public void Fail(string sentence)
    {
        _facts = _facts with { Failure = sentence };
        _facts.Write(_folder);
        Report();
    }

    public void Report() => ReportFile.Write(_folder);

    public void Dispose()
    {
        _metrics.Dispose();
        _pairs?.Dispose();
        _export?.Dispose();
    }
}

using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Annotators;

internal sealed class PracticeGrain(TimeProvider time) : Grain, IPracticeGrain
{
    private static readonly string[] s_choices = ["a", "b", "tie", "both_bad", "skip"];
    private readonly Dictionary<AnnotatorId, List<int>> _runsOf = [];
    private NumberedRecords<PracticeItem> _items = null!;
    private NumberedRecords<PracticeRun> _runs = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _items = NumberedRecords<PracticeItem>.Of(this, ServiceProvider, GrainFactory, this.GetPrimaryKeyString(), "practice-items", DeactivateOnIdle);
        _runs = NumberedRecords<PracticeRun>.Of(this, ServiceProvider, GrainFactory, this.GetPrimaryKeyString(), "practice-runs", DeactivateOnIdle);
        await _items.LoadAsync(cancellationToken);
        await _runs.LoadAsync(cancellationToken);
        for (var run = 1; run <= _runs.Last; run++)
        {
            Remember(run);
        }
    }

    public Task<bool> IsAdmittedAsync(AnnotatorId annotator, CancellationToken cancellationToken) => Task.FromResult(PracticeRules.IsAdmitted(Of(annotator)));

    public Task<ImmutableArray<PracticeItem>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(_items.All.Where(item => !item.Removed).ToImmutableArray());

    public Task<PracticeItem?> FindAsync(string item, CancellationToken cancellationToken) => Task.FromResult(Find(item));

    public Task<ImmutableArray<PracticeRun>> ListRunsAsync(CancellationToken cancellationToken) => Task.FromResult(_runs.Before(null).ToImmutableArray());

    public async Task<Outcome<int>> AddAsync(ImmutableArray<PracticeItem> items, CancellationToken cancellationToken)
    {
        if (_items.All.Where(item => !item.Removed).Select(item => item.Id).Union(items.Select(item => item.Id)).Count() > PracticeRules.MostItems)
        {
            return new Refusal(RefusalCodes.BadRequest, $"A project has at most {PracticeRules.MostItems} practice pairs.");
        }

        foreach (var item in items)
        {
            var known = Find(item.Id);
            if (known is null || known.Removed || known.Blob != item.Blob)
            {
                var next = item with { Change = (known?.Change ?? 0) + 1 };
                var body = EventBody.Of(("item", next.Id), ("blob", next.Blob), ("right", s_choices[(int)next.Right]));
                await _items.CommitAsync(NumberOf(item.Id) ?? _items.Last + 1, next, new ProjectEvent("practice.added", Key(next), body), cancellationToken);
            }
        }

        return _items.All.Count(item => !item.Removed);
    }

    public async Task<Outcome<PracticeItem>> RemoveAsync(string item, CancellationToken cancellationToken)
    {
        if (Find(item) is not { Removed: false } known)
        {
            return new Refusal(RefusalCodes.UnknownPair, $"There is no practice pair '{item}' here.");
        }

        var next = known with { Removed = true, Change = known.Change + 1 };
        return await _items.CommitAsync(NumberOf(item)!.Value, next, new ProjectEvent("practice.removed", Key(next), EventBody.Of(("item", item))), cancellationToken);
    }

    public async Task<Outcome<PracticeRun>> BeginAsync(AnnotatorId annotator, int count, double pass, CancellationToken cancellationToken)
    {
        var earlier = Of(annotator).ToArray();
        var seed = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"practice/1\n{this.GetPrimaryKeyString()}\n{annotator}\n{earlier.Length}"))));
        var outcome = PracticeRules.Begin(earlier, _items.All, annotator, (count, pass), seed, time.GetUtcNow());
        return outcome.Value is { } run && run.Attempt > earlier.Length ? await AddAsync(run, happened: null, cancellationToken) : outcome;
    }

    public async Task<Outcome<PracticeRun>> AnswerAsync(AnnotatorId annotator, int number, ShownChoice said, CancellationToken cancellationToken)
    {
        var at = _runsOf.TryGetValue(annotator, out var runs) ? runs[^1] : 0;
        var known = _runs.Find(at);
        var outcome = PracticeRules.Answer(known, number, said, Find, time.GetUtcNow());
        if (outcome.Value is not { } run || run == known)
        {
            return outcome;
        }

        var step = run.Steps[number - 1];
        var body = EventBody.Of(
            ("run", at), ("annotator", annotator.Value), ("attempt", run.Attempt), ("number", number), ("item", step.Item), ("choice", s_choices[(int)step.Said!.Value]), ("correct", step.Correct), ("passed", run.Passed));
        return await _runs.CommitAsync(at, run, new ProjectEvent("practice.answered", string.Create(CultureInfo.InvariantCulture, $"{at}/{number}"), body), cancellationToken);
    }

    public async Task<PracticeRun> AdmitAsync(AnnotatorId annotator, string by, CancellationToken cancellationToken)
    {
        if (Of(annotator).FirstOrDefault(run => run.Passed is true) is { } admitted)
        {
            return admitted;
        }

        var now = time.GetUtcNow();
        var run = new PracticeRun { Annotator = annotator, Attempt = Of(annotator).Count() + 1, Began = now, Ended = now, Passed = true, By = by };
        var body = EventBody.Of(("run", _runs.Last + 1), ("annotator", annotator.Value), ("by", by));
        return await AddAsync(run, new ProjectEvent("practice.admitted", (_runs.Last + 1).ToString(CultureInfo.InvariantCulture), body), cancellationToken);
    }

    private async Task<PracticeRun> AddAsync(PracticeRun run, ProjectEvent? happened, CancellationToken cancellationToken)
    {
        await _runs.CommitAsync(_runs.Last + 1, run, happened, cancellationToken);
        Remember(_runs.Last);
        return run;
    }

    private IEnumerable<PracticeRun> Of(AnnotatorId annotator) => _runsOf.TryGetValue(annotator, out var runs) ? runs.Select(run => _runs.Find(run)!) : [];

    private void Remember(int run)
    {
        if (_runs.Find(run) is { } known)
        {
            (_runsOf.TryGetValue(known.Annotator, out var runs) ? runs : _runsOf[known.Annotator] = []).Add(run);
        }
    }

    private PracticeItem? Find(string id) => NumberOf(id) is { } number ? _items.Find(number) : null;

    private int? NumberOf(string id) => Enumerable.Range(1, _items.Last).Where(number => _items.Find(number)?.Id == id).Select(number => (int?)number).FirstOrDefault();

    private static string Key(PracticeItem item) => string.Create(CultureInfo.InvariantCulture, $"{item.Id}/{item.Change}");
}

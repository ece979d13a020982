using System.Globalization;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Silo.Tests.Faults;
using Orleans.Dpo.Silo.Tests.Storage;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Ledger;

/// <summary>
/// Thousands of seeded power cuts and kills of a shard at work, with second writers, full and read-only disks and a clock that jumps back in between. Every acknowledged judgment is
/// there afterwards, once, and no pair has too many.
/// </summary>
public sealed class LedgerCrashTests
{
    private const int Stories = 8;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, Stories)];

    private static int CrashPoints =>
        int.Parse(Environment.GetEnvironmentVariable("ORLEANS_DPO_CRASH_POINTS") ?? (FaultTier.IsAll ? "100000" : "10000"), CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Acknowledged_judgments_survive_every_crash(int seed)
    {
        var (refused, acknowledged, lives) = (0, 0, 0);
        for (var points = 0; points < CrashPoints / Stories;)
        {
            var story = new CrashStory((seed * 1_000_003) + points);
            TurnPump.Run(() => story.RunAsync(crashes: 10));
            points += story.Crashes;
            (refused, acknowledged, lives) = (refused + story.Refused, acknowledged + story.Acknowledged, points);
        }

        Assert.True(CrashPoints < 1000 || refused > 0, "No start met a full or read-only disk.");
        FaultReport.Add($"LossyDisk, story {seed + 1}: {lives:N0} crash points, {acknowledged:N0} acknowledged, {refused:N0} starts on a full or read-only disk; 0 lost, 0 counted twice, 0 over overlap");
    }
}

/// <summary>One ledger through many lives.</summary>
internal sealed class CrashStory(int seed)
{
    private static readonly LedgerOptions s_options = new() { BatchEvents = 5, SegmentAppends = 9, SegmentBytes = 9000, SnapshotEvents = 12 };

    private readonly Random _random = new(seed);
    private readonly FakeTimeProvider _clock = new();
    private readonly Dictionary<PairId, PairRecord> _pairs = [];
    private readonly List<SubmitJudgment> _sent = [];
    private readonly Dictionary<JudgmentId, bool> _acknowledged = [];
    private readonly HashSet<JudgmentId> _ended = [];
    private LossyDisk _disk = new();
    private long _lastJudgment;

    public int Crashes { get; private set; }

    /// <summary>Judgments that were told to be stored.</summary>
    public int Acknowledged => _acknowledged.Count;

    /// <summary>Starts that a full or read-only disk refused.</summary>
    public int Refused { get; private set; }

    public async Task RunAsync(int crashes)
    {
        var records = Enumerable.Range(0, 8).Select(n => TestPairs.Pair(n, overlap: 1 + (n % 3), purpose: Purpose.Vote, priority: n % 2)).ToArray();
        foreach (var record in records)
        {
            _pairs.Add(record.Id, record);
        }

        await Store().PutIfAbsentAsync("projects/p/pairs/0/1.jsonl", TestPairs.Segment(records[..5]), CancellationToken.None);
        await Store().PutIfAbsentAsync("projects/p/pairs/0/2.jsonl", TestPairs.Segment(records[3..]), CancellationToken.None);
        while (Crashes < crashes)
        {
            await LiveAsync();
            await VerifyAsync();
        }
    }

    private FileBlobStore Store() => new(_disk, "/disk", _clock);

    private async Task LiveAsync()
    {
        _disk.CutPowerIn(_random.Next(4, 70));
        FailForAWhile();
        try
        {
            var shards = new List<LedgerShard>();
            while (!_disk.IsOff)
            {
                // Now and then a second writer takes over while the first one still thinks that it is the only one.
                if (shards.Count == 0 || _random.Next(30) == 0)
                {
                    await TryOpenAsync(shards);
                    continue;
                }

                await Task.WhenAll(Enumerable.Range(0, _random.Next(1, 7)).Select(_ => ActAsync(shards[_random.Next(shards.Count)])));
                _clock.SetUtcNow(_clock.GetUtcNow() + TimeSpan.FromSeconds(_random.Next(40) == 0 ? -_random.Next(20_000) : _random.Next(900)));
                shards.RemoveAll(shard => shard.Failure is not null);
            }
        }
        catch (Exception died) when (_disk.IsOff && died is IOException or LedgerOutcomeUnknownException)
        {
            Assert.True(_disk.IsOff, died.ToString());
        }

        Crashes++;
        _disk.Fault = null;
        if (_random.Next(4) == 0)
        {
            _disk.Restart();
        }
        else
        {
            _disk = _disk.AfterPowerCut(_random);
        }
    }

    private Task<LedgerShard> OpenAsync() =>
        LedgerShard.OpenAsync(new(Store(), new LedgerFolder("p", "0"), s_options, _clock), CancellationToken.None);

    /// <summary>In one life of four the disk is full, or read-only, for some operations.</summary>
    private void FailForAWhile()
    {
        if (_random.Next(4) != 0)
        {
            return;
        }

        var (first, isReadOnly) = (_disk.Operations + _random.Next(20), _random.Next(2) == 0);
        var last = first + _random.Next(1, 15);
        var seen = _disk.Operations;
        _disk.TearFailedWrites = !isReadOnly;
        _disk.Fault = (operation, _) =>
        {
            if (++seen > first && seen < last && (isReadOnly || operation is DiskOperation.Write or DiskOperation.Create))
            {
                throw new IOException(isReadOnly ? "Read-only file system" : "No space left on device");
            }
        };
    }

    private async Task TryOpenAsync(List<LedgerShard> shards)
    {
        try
        {
            shards.Add(await OpenAsync());
        }
        catch (Exception failed) when (!_disk.IsOff && _disk.Fault is not null && failed is IOException or LedgerOutcomeUnknownException)
        {
            // Nobody can write now; whoever waits asks again.
            Refused++;
        }
    }

    private async Task ActAsync(LedgerShard shard)
    {
        try
        {
            var annotator = TestPairs.Annotator(_random.Next(4));
            switch (_random.Next(12))
            {
                case 0:
                    await shard.AddPairsAsync($"projects/p/pairs/0/{_random.Next(1, 3)}.jsonl", CancellationToken.None);
                    break;
                case 1:
                    await shard.ReleaseAsync(annotator);
                    break;
                case < 6:
                    var grant = await shard.LeaseAsync(new(annotator, _random.Next(1, 5)), CancellationToken.None);
                    _sent.AddRange(grant.Pairs.Select(leased => Judgment(annotator, leased)));
                    break;
                case < 10 when _sent.Count > 0:
                    await SendAsync(shard, _sent[_random.Next(_sent.Count)]);
                    break;
                case 10 when _acknowledged.Count > 0:
                    await ReviseAsync(shard);
                    break;
            }
        }
        catch (Exception unknown) when (unknown is LedgerOutcomeUnknownException or IOException)
        {
            // The answer is unknown; the judgment stays in the outbox and goes out again.
            Assert.True(_disk.IsOff || _disk.Fault is not null || shard.Failure is not null, unknown.ToString());
        }
    }

    private SubmitJudgment Judgment(Orleans.Dpo.Grains.Annotators.AnnotatorId annotator, LeasedPair leased) => new()
    {
        Id = TestPairs.Judgment(++_lastJudgment),
        Pair = leased.Pair.Id,
        Annotator = annotator,
        Lease = leased.Lease,
        Choice = (ShownChoice)_random.Next(5),
    };

    private async Task SendAsync(LedgerShard shard, SubmitJudgment judgment)
    {
        var result = await shard.SubmitAsync(judgment);
        Assert.True(result.Status is SubmitStatus.Stored, $"seed {seed}: {result.Refusal}");
        if (_acknowledged.TryGetValue(judgment.Id, out var counted))
        {
            Assert.Equal(counted, result.Counted);
        }

        _acknowledged[judgment.Id] = result.Counted;
    }

    private async Task ReviseAsync(LedgerShard shard)
    {
        var old = _sent[_random.Next(_sent.Count)];
        if (!_acknowledged.ContainsKey(old.Id) || old.Choice is ShownChoice.Undo)
        {
            return;
        }

        var edit = old with { Id = TestPairs.Judgment(++_lastJudgment), Supersedes = old.Id, Choice = (ShownChoice)_random.Next(2, 7) };
        _sent.Add(edit);
        await SendAsync(shard, edit);
        _ended.Add(old.Id);
    }

    private async Task VerifyAsync()
    {
        var oracle = new LedgerOracle(_pairs);
        try
        {
            await foreach (var entry in LedgerReader.ReadAsync(Store(), "p", "0", 1, long.MaxValue, CancellationToken.None))
            {
                oracle.Apply(entry);
            }
        }
        catch (LedgerCorruptException corrupt)
        {
            Assert.Fail($"seed {seed}, crash {Crashes}: {corrupt.Message}");
        }

        foreach (var (id, counted) in _acknowledged)
        {
            var undoOfNothing = _sent.First(sent => sent.Id == id).Choice is ShownChoice.Undo;
            Assert.True(oracle.Has(id) || undoOfNothing, $"seed {seed}, crash {Crashes}: acknowledged judgment {id} is gone.");
            Assert.True(oracle.IsCounted(id) == counted, $"seed {seed}, crash {Crashes}: {id} was acknowledged as counted = {counted}.");
        }

        Assert.All(_ended, id => Assert.False(oracle.IsLive(id), $"seed {seed}, crash {Crashes}: {id} was replaced and is live."));
        var shard = await OpenAsync();
        Assert.Equal(oracle.CountedVotes, shard.Status().CountedVotes);
        await shard.DisposeAsync();
    }
}

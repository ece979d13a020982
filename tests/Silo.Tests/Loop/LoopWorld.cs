using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;
using Orleans.Dpo.Silo.Loop;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Testing;
using Orleans.TestingHost;

namespace Orleans.Dpo.Silo.Tests.Loop;

/// <summary>A project on a real cluster with a scripted worker and scripted annotators; only time, training and people are made up.</summary>
internal sealed class LoopWorld : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly LoopRunner _runner;
    private readonly JobPublisher _publisher;
    private long _judgment;

    private LoopWorld(InProcessTestCluster cluster, MemoryBlobStore store, FakeTimeProvider time)
    {
        (_cluster, Store, Time) = (cluster, store, time);
        Grains = cluster.GetSiloServiceProvider().GetRequiredService<IGrainFactory>();
        _runner = new(store, Grains);
        _publisher = new(store, Grains);
    }

    public static ProjectId Id { get; } = new("films");

    public IGrainFactory Grains { get; }

    public MemoryBlobStore Store { get; }

    public FakeTimeProvider Time { get; }

    public IProjectGrain Project => Grains.GetGrain<IProjectGrain>(Id.Value);

    /// <summary>How the scripted evaluation measures a policy; healthy unless a test says otherwise.</summary>
    public Func<string, JobPolicyMeasures, JobPolicyMeasures> Measure { get; set; } = (_, measures) => measures;

    /// <summary>Failures that were met and tried again.</summary>
    public int Failures { get; private set; }

    public static async Task<LoopWorld> StartAsync(ProjectSettings settings, int shards = 2, int prompts = 120)
    {
        var store = new MemoryBlobStore();
        var time = new FakeTimeProvider();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(time);
            silo.Services.AddBlobStore(_ => store);
            silo.UseBlobStorage();
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var world = new LoopWorld(cluster, store, time);
        Assert.Null((await world.Project.CreateAsync(settings, shards, default)).Refusal);
        var rows = Enumerable.Range(0, prompts).Select(i => new SourceRow(i + 1, JsonSerializer.SerializeToElement(new { prompt = $"Review film {i}." }), 0));
        await using var errors = new ImportErrors();
        await new PromptImport(store, world.Grains).RunAsync((await world.Project.GetAsync(default))!, rows.ToAsyncEnumerable(), "k", errors, default);
        return world;
    }

    public T Grain<T>() where T : IGrainWithStringKey => Grains.GetGrain<T>(Id.Value);

    public async Task<string> AddPolicyAsync(string key)
    {
        var policies = Grain<IPoliciesGrain>();
        var id = await policies.ReserveAsync(key, default);
        var files = new List<PolicyFile>();
        foreach (var name in new[] { "config.json", "tokenizer.json", "model.safetensors" })
        {
            var bytes = Encoding.UTF8.GetBytes($"{name} of {key}");
            await Store.PutIfAbsentAsync($"projects/{Id}/policies/{id}/{name}", bytes, default);
            files.Add(new(name, bytes.Length, ContentHash.Hex(bytes)));
        }

        var added = await policies.AddAsync(new() { Id = id, Hash = PolicyRules.HashOf(files), Origin = "upload", Files = [.. files] }, default);
        Assert.Null(added.Refusal);
        return id;
    }

    /// <summary>Ticks, works and lets the worker work until nothing moves any more.</summary>
    public async Task SettleAsync(bool worker = true)
    {
        for (var quiet = 0; quiet < 3;)
        {
            var work = await RetryAsync(() => Project.AdvanceAsync(default));
            foreach (var item in work)
            {
                await RetryAsync(async () =>
                {
                    await _runner.RunAsync(Id, item, default);
                    return true;
                });
            }

            var worked = worker && await WorkAsync();
            quiet = work.IsEmpty && !worked ? quiet + 1 : 0;
        }
    }

    /// <summary>Claims one job and answers it with made-up results; false when there is none.</summary>
    public async Task<bool> WorkAsync()
    {
        var queue = Grains.GetGrain<IJobQueueGrain>("_");
        if (await RetryAsync(() => queue.ClaimAsync("w", [], default)) is not { } claim)
        {
            return false;
        }

        var key = claim.Job.Key;
        var spec = JsonSerializer.Deserialize<JobSpec>((await Store.GetAsync(claim.Job.SpecBlob, default))!.Bytes.Span, JobJson.File)!;
        foreach (var input in claim.Job.Inputs)
        {
            Assert.Equal(input.Sha256, ContentHash.Hex((await Store.GetAsync(input.Blob, default))!.Bytes.Span));
        }

        var attempt = $"projects/{Id}/{(key.Kind is "generate" ? "generations" : "rounds")}/{key.Name}/attempts/{claim.Epoch}";
        await RetryAsync(() => Project.AdvanceAsync(default));
        var result = await RetryAsync(() => ScriptedWorker.RunAsync(Store, claim, spec, attempt, Measure));
        Assert.Null(await RetryAsync(() => _publisher.PublishAsync(key, claim.Epoch, result, attempt, default)));
        var end = await RetryAsync(() => queue.EndAsync(key, claim.Epoch, JobOutcome.Done, default));
        Assert.True(end.Refusal is not null || end.Value!.Final);
        return true;
    }

    /// <summary>Leases and judges until nothing is left for this annotator, or the limit is reached. The longer text wins unless told otherwise.</summary>
    public async Task<int> JudgeAsync(int annotator, int limit = int.MaxValue, Func<PairRecord, string, string, ShownChoice>? choose = null)
    {
        var person = new AnnotatorId("an_" + annotator.ToString("x32", CultureInfo.InvariantCulture));
        var judged = 0;
        for (var shard = 0; shard < 64 && judged < limit; shard++)
        {
            var grain = Grains.GetGrain<ILedgerShardGrain>($"{Id}/{shard}");
            if (shard >= (await Project.GetAsync(default))!.Shards)
            {
                break;
            }

            while (judged < limit && await grain.LeaseAsync(new(person, 1), default) is { Pairs: [var lease, ..] })
            {
                var (left, right) = lease.Order is ShownOrder.Ab ? (lease.Pair.AAt, lease.Pair.BAt) : (lease.Pair.BAt, lease.Pair.AAt);
                var (leftText, rightText) = (await TextAsync(left), await TextAsync(right));
                var choice = choose?.Invoke(lease.Pair, leftText, rightText) ?? (Compare(leftText, rightText) > 0 ? ShownChoice.Left : ShownChoice.Right);
                var submit = new SubmitJudgment
                {
                    Id = new(Ulid.FromBits((UInt128)(++_judgment + (100_000L * annotator)))), Pair = lease.Pair.Id, Annotator = person, Lease = lease.Lease, Choice = choice,
                    Strength = choice is ShownChoice.Left or ShownChoice.Right ? 2 : null, Guideline = 1,
                };
                Assert.Equal(SubmitStatus.Stored, (await grain.SubmitAsync(submit, default)).Status);
                judged++;
            }
        }

        return judged;
    }

    public async Task<string> TextAsync(BlobSlice at) => ResponseRow.Parse((await Store.GetRangeAsync(at.Blob, at.Offset, at.Length, default))!.Value).Text;

    /// <summary>Tries again after a failed write, when claims have lapsed, as the hosted service and the worker do.</summary>
    private async Task<T> RetryAsync<T>(Func<Task<T>> act)
    {
        for (var left = 4; ; left--)
        {
            try
            {
                return await act();
            }
            catch (Exception problem) when (left > 0 && problem is not Xunit.Sdk.XunitException)
            {
                Failures++;
                Time.Advance(TimeSpan.FromMinutes(1));
            }
        }
    }

    /// <summary>The longer text is better; of equally long ones the later in ordinal order, whatever side it is on.</summary>
    private static int Compare(string left, string right) => left.Length != right.Length ? left.Length - right.Length : string.CompareOrdinal(left, right);

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}

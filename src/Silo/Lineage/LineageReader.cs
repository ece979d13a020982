using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Lineage;

/// <summary>One step of lineage from a thing: what it was made of (up), what was made of it (down).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">prompt, import, generation, policy, pair, judgment, version or round.</param>
/// <param name="Up">What it was made of.</param>
/// <param name="Down">What was made of it.</param>
internal sealed record LineageView(string Id, string Kind, ImmutableArray<LineageLink> Up, ImmutableArray<LineageLink> Down)
{
    /// <summary><c>ended</c>: a judgment that was superseded or retracted; <c>deleted</c>: a version of which only the tombstone is left.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? State { get; init; }
}

/// <summary>A neighbour.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">prompt, import, generation, policy, pair, judgment, version or round.</param>
internal sealed record LineageLink(string Id, string Kind);

/// <summary>Reads lineage from what is recorded: ledger views, versions' own rows, rounds and policies. Nothing is kept beside them that could disagree.</summary>
internal sealed class LineageReader(IGrainFactory grains, IBlobStore blobs)
{
    private const int Many = 1000;

    /// <summary>The neighbours of an id, or null when there is no such thing.</summary>
    /// <param name="project">The project.</param>
    /// <param name="id">A prompt, import, pair, judgment, version, round, generation or policy.</param>
    /// <param name="pair">The judgment's pair; judgments are found through it.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<LineageView?> ReadAsync(ProjectView project, string id, PairId? pair, CancellationToken cancellationToken) => id switch
    {
        _ when PromptId.TryParse(id, out var prompt) => await PromptAsync(project, prompt, cancellationToken),
        _ when NumberedName.TryParse('i', id, out _) => await ImportAsync(project, id, cancellationToken),
        _ when PairId.TryParse(id, out var pairId) => await PairAsync(project, pairId, cancellationToken),
        _ when JudgmentId.TryParse(id, out var judgment) => pair is { } its ? await JudgmentAsync(project, judgment, its, cancellationToken) : null,
        _ when NumberedName.TryParse('v', id, out _) => await VersionAsync(project.Id, id, cancellationToken),
        _ when NumberedName.TryParse('r', id, out _) => await RoundAsync(project.Id, id, cancellationToken),
        _ when NumberedName.TryParse('g', id, out _) => await GenerationAsync(project.Id, id, cancellationToken),
        _ when NumberedName.TryParse('p', id, out _) => await PolicyAsync(project.Id, id, cancellationToken),
        _ => null,
    };

    private async Task<LineageView?> PairAsync(ProjectView project, PairId id, CancellationToken cancellationToken)
    {
        if (await FindPairAsync(project, id, cancellationToken) is not { } view)
        {
            return null;
        }

        var up = new List<LineageLink> { new(view.Record.Prompt.Value, "prompt"), Origin(view.Record.Origin) };
        up.AddRange(view.Record.Responses.Select(response => response.Source).Distinct().Where(source => NumberedName.TryParse('p', source, out _)).Select(policy => new LineageLink(policy, "policy")));
        var down = (await JudgmentsAsync(project, id, cancellationToken)).Select(item => new LineageLink(item.Judgment.Id.Value, "judgment")).ToList();
        down.AddRange(await VersionsWithAsync(project.Id, $"data/{(id.IsRanking ? "orders" : "items")}/{VersionTables.BucketOf(id)}.jsonl", id.Value, cancellationToken));
        return new(id.Value, id.IsRanking ? "ranking" : "pair", [.. up], [.. down]);
    }

    private async Task<LineageView?> PromptAsync(ProjectView project, PromptId id, CancellationToken cancellationToken) =>
        await grains.GetGrain<IPromptCatalogGrain>(project.Id.Value).FindAsync([id], cancellationToken) is [{ }]
            ? new(id.Value, "prompt", [], [.. (await PairsAsync(project, new() { Prompt = id }, Many, cancellationToken)).Select(pair => new LineageLink(pair.Id.Value, "pair"))])
            : null;

    private async Task<LineageView?> ImportAsync(ProjectView project, string name, CancellationToken cancellationToken) =>
        (await PairsAsync(project, new() { Origin = name }, 1, cancellationToken)).Count > 0
            ? new(name, "import", [], [.. await VersionsOfAsync(project.Id, name, cancellationToken)])
            : null;

    // What was superseded or retracted is in the versions that were cut before.
    private async Task<LineageView?> JudgmentAsync(ProjectView project, JudgmentId id, PairId pair, CancellationToken cancellationToken) =>
        (await JudgmentsAsync(project, pair, cancellationToken)).FirstOrDefault(item => item.Judgment.Id == id) is { } found
            ? new(id.Value, "judgment", [new(pair.Value, pair.IsRanking ? "ranking" : "pair")],
                [.. await VersionsWithAsync(project.Id, $"data/{(pair.IsRanking ? "orders" : "judgments")}/{VersionTables.BucketOf(pair)}.jsonl", id.Value, cancellationToken)]) { State = found.IsLive ? null : "ended" }
            : null;

    private async Task<LineageView?> VersionAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IDatasetsGrain>(project.Value).FindAsync(name, cancellationToken) is not { } version)
        {
            return null;
        }

        var rounds = (await RoundsAsync(project, cancellationToken)).Where(round => round.Version == version.Version);
        var policies = (await grains.GetGrain<IPoliciesGrain>(project.Value).ListAsync(cancellationToken)).Where(view => view.Policy.Version == version.Version);
        return new(name, "version", [.. await OriginsAsync(project, version, cancellationToken)],
            [.. rounds.Select(round => Round(round.Number)), .. policies.Select(view => Policy(view.Policy.Id))]) { State = version.Tombstone is null ? null : "deleted" };
    }

    private async Task<LineageView?> RoundAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IRoundsGrain>(project.Value).GetAsync(name, cancellationToken) is not { } round)
        {
            return null;
        }

        var candidate = round.Candidate is { } id ? await grains.GetGrain<IPoliciesGrain>(project.Value).GetAsync(id, cancellationToken) : null;
        var own = candidate?.Policy.Round == name;
        string?[] made = [round.Parent, round.Start, round.Reference, own ? null : round.Candidate];
        var up = made.OfType<string>().Where(policy => policy.Length > 0).Distinct().Select(Policy).ToList();
        if (round.Version is { } version)
        {
            up.Insert(0, new(NumberedName.Of('v', version), "version"));
        }

        return new(name, "round", [.. up], own ? [Policy(round.Candidate!)] : []);
    }

    private async Task<LineageView?> GenerationAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IGenerationsGrain>(project.Value).GetAsync(name, cancellationToken) is not { } generation)
        {
            return null;
        }

        string?[] writers = [generation.Policy, generation.Opponent];
        return new(name, "generation", [.. writers.OfType<string>().Distinct().Select(Policy)], [.. await VersionsOfAsync(project, name, cancellationToken)]);
    }

    private async Task<LineageView?> PolicyAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IPoliciesGrain>(project.Value).GetAsync(name, cancellationToken) is not { } view)
        {
            return null;
        }

        var up = new List<LineageLink>();
        if (view.Policy.Round is { } round)
        {
            up.Add(new(round, "round"));
        }

        if (view.Policy.Parent is { } parent)
        {
            up.Add(Policy(parent));
        }

        if (view.Policy.Version is { } version)
        {
            up.Add(new(NumberedName.Of('v', version), "version"));
        }

        var rounds = (await RoundsAsync(project, cancellationToken))
            .Where(r => NumberedName.Of('r', r.Number) != view.Policy.Round && new[] { r.Parent, r.Start, r.Reference, r.Candidate }.Contains(name));
        var generations = (await grains.GetGrain<IGenerationsGrain>(project.Value).ListAsync(null, Many, cancellationToken)).Where(g => g.Policy == name || g.Opponent == name);

        // A checkpoint that was pushed has no round between it and its parent.
        var pushed = (await grains.GetGrain<IPoliciesGrain>(project.Value).ListAsync(cancellationToken)).Where(other => other.Policy.Parent == name && other.Policy.Round is null);
        return new(name, "policy", [.. up], [.. rounds.Select(r => Round(r.Number)), .. pushed.Select(other => Policy(other.Policy.Id)), .. generations.Select(g => new LineageLink(NumberedName.Of('g', g.Number), "generation"))]);
    }

    private Task<PairView?> FindPairAsync(ProjectView project, PairId pair, CancellationToken cancellationToken) => ShardOf(project, pair).GetPairAsync(pair, cancellationToken);

    private async Task<ImmutableArray<JudgmentItem>> JudgmentsAsync(ProjectView project, PairId pair, CancellationToken cancellationToken) =>
        [.. (await ShardOf(project, pair).ListJudgmentsAsync(new() { Pair = pair }, long.MaxValue, Many, cancellationToken)).Items.Reverse()];

    private ILedgerShardGrain ShardOf(ProjectView project, PairId pair) => grains.GetGrain<ILedgerShardGrain>($"{project.Id}/{PairShards.Of(pair, project.Shards)}");

    private async Task<List<PairItem>> PairsAsync(ProjectView project, PairFilter filter, int most, CancellationToken cancellationToken)
    {
        var found = new List<PairItem>();
        for (var shard = 0; shard < project.Shards; shard++)
        {
            for (long? from = 0; from is { } at && found.Count < most;)
            {
                var page = await grains.GetGrain<ILedgerShardGrain>(string.Create(CultureInfo.InvariantCulture, $"{project.Id}/{shard}")).ListPairsAsync(filter, at, most - found.Count, cancellationToken);
                found.AddRange(page.Items);
                from = page.Next;
            }
        }

        return found;
    }

    // Versions with rows of an import or a generation.
    private async Task<List<LineageLink>> VersionsOfAsync(ProjectId project, string origin, CancellationToken cancellationToken)
    {
        var versions = new List<LineageLink>();
        foreach (var version in await VersionsAsync(project, cancellationToken))
        {
            if ((await OriginsAsync(project, version, cancellationToken)).Any(its => its.Id == origin))
            {
                versions.Add(new(NumberedName.Of('v', version.Version), "version"));
            }
        }

        return versions;
    }

    private Task<ImmutableArray<RoundView>> RoundsAsync(ProjectId project, CancellationToken cancellationToken) =>
        grains.GetGrain<IRoundsGrain>(project.Value).ListAsync(null, Many, cancellationToken);

    private async Task<IEnumerable<VersionView>> VersionsAsync(ProjectId project, CancellationToken cancellationToken) =>
        (await grains.GetGrain<IDatasetsGrain>(project.Value).ListAsync(null, Many, cancellationToken)).Where(version => version.State is VersionState.Published);

    // Membership is read from the version's own rows, so it is exact whatever rules made them.
    private async Task<List<LineageLink>> VersionsWithAsync(ProjectId project, string path, string id, CancellationToken cancellationToken)
    {
        var found = new List<LineageLink>();
        var quoted = Encoding.UTF8.GetBytes($"\"{id}\"");
        foreach (var version in await VersionsAsync(project, cancellationToken))
        {
            var manifest = await VersionManifest.ReadAsync(blobs, project, version.Version, cancellationToken);
            if (manifest?.Find(path) is { } file && await blobs.GetAsync(file.Blob, cancellationToken) is { } rows && rows.Bytes.Span.IndexOf(quoted) >= 0)
            {
                found.Add(new(NumberedName.Of('v', version.Version), "version"));
            }
        }

        return found;
    }

    private async Task<ImmutableArray<LineageLink>> OriginsAsync(ProjectId project, VersionView version, CancellationToken cancellationToken)
    {
        var origins = new SortedSet<string>(StringComparer.Ordinal);
        if (await VersionManifest.ReadAsync(blobs, project, version.Version, cancellationToken) is { } manifest)
        {
            foreach (var file in manifest.TableFiles("items", "train"))
            {
                if (await blobs.GetAsync(file.Blob, cancellationToken) is { } rows)
                {
                    origins.UnionWith(JsonLines.Split(rows.Bytes).Select(row => OriginOf(row.Line)).OfType<string>());
                }
            }
        }

        return [.. origins.Select(Origin)];
    }

    private static string? OriginOf(ReadOnlyMemory<byte> row)
    {
        using var item = JsonDocument.Parse(row);
        return item.RootElement.TryGetProperty("origin", out var origin) ? origin.GetString() : null;
    }

    private static LineageLink Origin(string name) => new(name, name[0] switch { 'g' => "generation", 'r' => "round", _ => "import" });

    private static LineageLink Policy(string id) => new(id, "policy");

    private static LineageLink Round(int number) => new(NumberedName.Of('r', number), "round");
}

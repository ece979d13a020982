using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Retractions;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Retractions;

/// <summary>Finds the versions and gates that judgments went into, by the versions' own rows: exact whatever rules made them. Buckets that versions share are read once.</summary>
internal sealed class TaintFinder(IBlobStore store, IGrainFactory grains)
{
    private const int Many = 1000;

    public async Task<ImmutableArray<TouchedThing>> TouchedAsync(ProjectId project, ImmutableArray<RetractedJudgment> judgments, CancellationToken cancellationToken)
    {
        if (judgments.IsEmpty)
        {
            return [];
        }

        var touched = new List<TouchedThing>();
        var read = new Reading(judgments);
        int? before = null;
        while (true)
        {
            var page = await grains.GetGrain<IDatasetsGrain>(project.Value).ListAsync(before, Many, cancellationToken);
            foreach (var version in page.Where(version => version.State is not VersionState.Failed))
            {
                if (await HowAsync(project, version, read, cancellationToken) is { } how)
                {
                    touched.Add(new(NumberedName.Of('v', version.Version), "version", how));
                }
            }

            if (page.Length < Many)
            {
                break;
            }

            before = page[^1].Version;
        }

        touched.Reverse();
        touched.AddRange(judgments.Where(judgment => judgment.Found is { Counted: true, HeadToHead: not null }).Select(judgment => judgment.Found.HeadToHead!).Distinct()
            .OrderBy(round => NumberedName.NumberOr0('r', round)).Select(round => new TouchedThing(round, "round", "gate")));
        return [.. touched];
    }

    private async Task<string?> HowAsync(ProjectId project, VersionView version, Reading read, CancellationToken cancellationToken)
    {
        if (!Recipe.Parse(version.Recipe).Positions.Any(read.Reaches))
        {
            return null;
        }

        if (await VersionManifest.ReadAsync(store, project, version.Version, cancellationToken) is not { } manifest)
        {
            return "rows";   // being built: nothing is known of its rows yet, so the worst is
        }

        var live = new HashSet<string>(StringComparer.Ordinal);
        foreach (var bucket in read.Buckets)
        {
            live.UnionWith(await read.LiveAsync(store, manifest.Find($"data/judgments/{bucket}.jsonl"), cancellationToken));
            live.UnionWith(await read.LiveAsync(store, manifest.Find($"data/orders/{bucket}.jsonl"), cancellationToken));
        }

        if (live.Count == 0)
        {
            return null;
        }

        foreach (var file in manifest.TableFiles("dpo", "train").Concat(manifest.TableFiles("dpo", "test")).Where(file => read.Buckets.Contains(file.Path[^8..^6])))
        {
            if ((await read.PairsAsync(store, file, cancellationToken)).Overlaps(live))
            {
                return "rows";
            }
        }

        return "judgments";
    }

    /// <summary>What is looked for, and what was read of each object.</summary>
    private sealed class Reading(ImmutableArray<RetractedJudgment> judgments)
    {
        private readonly HashSet<string> _ids = [.. judgments.Select(judgment => judgment.Found.Id.Value)];
        private readonly Dictionary<string, HashSet<string>> _byObject = new(StringComparer.Ordinal);

        private readonly Dictionary<string, long> _first = judgments.GroupBy(judgment => judgment.Shard)
            .ToDictionary(shard => shard.Key.ToString(CultureInfo.InvariantCulture), shard => shard.Min(judgment => judgment.Found.Seq), StringComparer.Ordinal);

        private readonly ILookup<string, string> _judgmentsOf = judgments.Where(judgment => judgment.Found.Counted).ToLookup(judgment => judgment.Found.Pair.Value, judgment => judgment.Found.Id.Value);

        public HashSet<string> Buckets { get; } = [.. judgments.Select(judgment => VersionTables.BucketOf(judgment.Found.Pair))];

        public bool Reaches(RecipePosition position) => _first.TryGetValue(position.Shard, out var first) && first <= position.Seq;

        /// <summary>Ids of the judgments that are live in a bucket of a judgments table.</summary>
        public Task<HashSet<string>> LiveAsync(IBlobStore store, VersionFile? file, CancellationToken cancellationToken) => ReadAsync(store, file, row =>
            row.GetProperty("judgment_id").GetString() is { } id && _ids.Contains(id) && row.GetProperty("live").GetBoolean() ? [id] : [], cancellationToken);

        /// <summary>Ids of the counted judgments of the pairs in a bucket of a dpo table, and of the orders that its rows come from.</summary>
        public Task<HashSet<string>> PairsAsync(IBlobStore store, VersionFile file, CancellationToken cancellationToken) =>
            ReadAsync(store, file, row =>
                _judgmentsOf[row.GetProperty("pair_id").GetString()!].Concat(row.GetProperty("judgment_ids").EnumerateArray().Select(id => id.GetString()!).Where(_ids.Contains)), cancellationToken);

        private async Task<HashSet<string>> ReadAsync(IBlobStore store, VersionFile? file, Func<JsonElement, IEnumerable<string>> wanted, CancellationToken cancellationToken)
        {
            if (file is null)
            {
                return [];
            }

            if (!_byObject.TryGetValue(file.Blob, out var found))
            {
                found = _byObject[file.Blob] = new(StringComparer.Ordinal);
                var content = await store.GetAsync(file.Blob, cancellationToken) ?? throw new InvalidDataException($"{file.Blob} is missing; restore the store from a copy.");
                foreach (var (_, line) in JsonLines.Split(content.Bytes))
                {
                    using var row = JsonDocument.Parse(line);
                    found.UnionWith(wanted(row.RootElement));
                }
            }

            return found;
        }
    }
}

using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Retractions;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Silo.Retractions;

/// <summary>Why a thing is not to be trusted.</summary>
/// <param name="Retraction">The retraction.</param>
/// <param name="Reason">Its reason.</param>
/// <param name="Since">When it was decided.</param>
/// <param name="How">By which step: <c>rows</c>, <c>judgments</c>, <c>gate</c>, or <c>from v12</c> and the like.</param>
internal sealed record Taint(string Retraction, string Reason, DateTimeOffset Since, string How);

/// <summary>One tainted thing.</summary>
/// <param name="Id">Such as <c>v12</c>, <c>r4</c> or <c>p5</c>.</param>
/// <param name="Kind">version, round or policy.</param>
/// <param name="Tainted">Why, oldest retraction first.</param>
internal sealed record TaintedThing(string Id, string Kind, ImmutableArray<Taint> Tainted);

/// <summary>Follows retractions to all that came of their judgments: rounds trained on a tainted version, their policies, rounds that start from those, and so on. Nothing is stored that could be out of date.</summary>
internal sealed class TaintReader(IGrainFactory grains)
{
    private const int Many = 1000;

    /// <summary>All tainted things of a project: versions, rounds, policies, each by number.</summary>
    public async Task<ImmutableArray<TaintedThing>> ReadAsync(ProjectId project, CancellationToken cancellationToken)
    {
        var taints = await grains.GetGrain<IRetractionsGrain>(project.Value).ListAsync(cancellationToken);
        if (!taints.Any(retraction => retraction is { Taints: true, Touched.IsEmpty: false }))
        {
            return [];
        }

        var rounds = await grains.GetGrain<IRoundsGrain>(project.Value).ListAsync(null, Many, cancellationToken);
        var policies = await grains.GetGrain<IPoliciesGrain>(project.Value).ListAsync(cancellationToken);
        var found = new Dictionary<string, List<Taint>>(StringComparer.Ordinal);
        foreach (var retraction in taints.Where(retraction => retraction.Taints))
        {
            foreach (var (id, how) in Follow(retraction, rounds, policies))
            {
                (found.TryGetValue(id, out var list) ? list : found[id] = []).Add(new(retraction.Name, retraction.Reason, retraction.Created, how));
            }
        }

        return [.. found.Select(thing => new TaintedThing(thing.Key, KindOf(thing.Key), [.. thing.Value]))
            .OrderByDescending(thing => thing.Kind, StringComparer.Ordinal).ThenBy(thing => NumberedName.NumberOr0(thing.Id[0], thing.Id))];
    }

    /// <summary>Each thing that a retraction taints, with the first way found.</summary>
    internal static Dictionary<string, string> Follow(RetractionView retraction, ImmutableArray<RoundView> rounds, ImmutableArray<PolicyView> policies)
    {
        var found = retraction.Touched.ToDictionary(thing => thing.Id, thing => thing.How, StringComparer.Ordinal);

        // A version whose rows are clean trained nothing wrong.
        var carries = retraction.Touched.Where(thing => thing.How is not "judgments").Select(thing => thing.Id).ToHashSet(StringComparer.Ordinal);
        for (var before = -1; before != found.Count;)
        {
            before = found.Count;
            foreach (var round in rounds.OrderBy(round => round.Number))
            {
                var name = NumberedName.Of('r', round.Number);
                Reach(name, round.Version is { } version ? NumberedName.Of('v', version) : null, round.Start, round.Reference, round.Parent);
                Reach(round.Candidate, policies.Any(view => view.Policy.Id == round.Candidate && view.Policy.Round == name) ? name : null);
            }

            foreach (var view in policies)
            {
                Reach(view.Policy.Id, view.Policy.Version is { } version ? NumberedName.Of('v', version) : null, view.Policy.Round, view.Policy.Parent);
            }
        }

        return found;

        void Reach(string? id, params ReadOnlySpan<string?> sources)
        {
            foreach (var source in sources)
            {
                if (id is not null && source is not null && carries.Contains(source) && carries.Add(id))
                {
                    found.TryAdd(id, $"from {source}");
                }
            }
        }
    }

    private static string KindOf(string id) => id[0] switch { 'v' => "version", 'r' => "round", _ => "policy" };
}

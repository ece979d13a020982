using System.Collections.Concurrent;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Which votes a recipe hears: by when they were received, and by whom. Annotators are meant by their names in datasets, so that a recipe names nobody.</summary>
internal sealed class VoteFilter(Recipe recipe)
{
    private readonly HashSet<string> _only = [.. recipe.Options.Annotators];
    private readonly HashSet<string> _never = [.. recipe.Options.ExcludeAnnotators];
    private readonly ConcurrentDictionary<AnnotatorId, bool> _heard = [];

    /// <summary>What it depends on, for the words of buckets; empty without a filter.</summary>
    public static string Word(RecipeOptions options) => options.FiltersVotes
        ? string.Join(' ', options.VotesFrom?.UtcTicks, options.VotesBefore?.UtcTicks, string.Join(',', options.AnnotatorKinds.Order()), string.Join(',', options.Annotators.Order()), string.Join(',', options.ExcludeAnnotators.Order()))
        : "";

    /// <summary>Whether the vote counts.</summary>
    public bool Hears(SourceJudgment vote)
    {
        var options = recipe.Options;
        return !(vote.Time < options.VotesFrom) && !(vote.Time >= options.VotesBefore)
            && (options.AnnotatorKinds.IsEmpty || options.AnnotatorKinds.Contains(vote.Event.AnnotatorKind ?? "person"))
            && (_only.Count + _never.Count is 0 || _heard.GetOrAdd(vote.Event.Annotator, annotator =>
                TableRows.Pseudonym(recipe.Project, annotator) is var name && (_only.Count is 0 || _only.Contains(name)) && !_never.Contains(name)));
    }
}

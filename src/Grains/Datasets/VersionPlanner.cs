namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Makes the plan of a version in the passes that its recipe needs: one over votes, one over rows, or none. A pass keeps a few numbers of a pair, never texts.</summary>
internal sealed class VersionPlanner(Recipe recipe)
{
    private readonly List<RowCandidate> _candidates = [];
    private readonly List<PairVotes> _votes = [];

    /// <summary>The plan as far as passes have gone.</summary>
    public VersionPlan Plan { get; private set; } = new(recipe);

    /// <summary><see cref="SeeVotes"/> comes first.</summary>
    public bool NeedsVotes => Plan.NeedsVotes;

    /// <summary><see cref="SeeRows"/> comes next.</summary>
    public bool NeedsSelection => Plan.NeedsSelection;

    /// <summary>The whole pass over votes, when all pairs are at hand.</summary>
    public void SeeVotes(IEnumerable<SourceRow> rows)
    {
        TakeVotes(rows);
        Fit();
    }

    /// <summary>The whole pass over rows, when all pairs are at hand.</summary>
    public void SeeRows(IEnumerable<SourceRow> rows)
    {
        TakeRows(rows);
        Select();
    }

    /// <summary>Takes the votes of a bucket; safe from several threads.</summary>
    public void TakeVotes(IEnumerable<SourceRow> rows)
    {
        var votes = rows.Select(Plan.VotesOf).Where(pair => !pair.Votes.IsEmpty).ToArray();
        lock (_votes)
        {
            _votes.AddRange(votes);
        }
    }

    /// <summary>Ends the pass over votes.</summary>
    public void Fit()
    {
        var fit = JointPosteriors.Of(_votes);
        if (recipe.Options.MinReliability is { } least)
        {
            var excluded = fit.Annotators.Where(annotator => annotator.Value.Reliability < least).Select(annotator => annotator.Key).ToHashSet();
            var kept = _votes.Select(pair => pair with { Votes = [.. pair.Votes.Where(vote => !excluded.Contains(vote.Annotator))] });
            Plan = Plan.With(excluded.Count > 0 ? JointPosteriors.Of(kept) : fit, excluded);
        }
        else
        {
            Plan = Plan.With(fit);
        }

        _votes.Clear();
    }

    /// <summary>Takes the rows of a bucket; safe from several threads.</summary>
    public void TakeRows(IEnumerable<SourceRow> rows)
    {
        var candidates = rows.Select(Plan.Of).Where(planned => planned.Fate is RowFate.Train or RowFate.Earlier or RowFate.Test).Select(planned => RowCandidate.Of(planned, recipe)).ToArray();
        lock (_candidates)
        {
            _candidates.AddRange(candidates);
        }
    }

    /// <summary>Ends the pass over rows.</summary>
    public void Select()
    {
        var (dropped, replayed) = ReplayRules.Choose(_candidates, recipe);
        Plan = Plan.With(replayed: replayed, dropped: dropped);
        _candidates.Clear();
    }
}

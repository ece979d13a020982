using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Decides what a recipe makes of a pair. What is decided among all pairs (posteriors, duplicates, caps, the replay draw) is an input.</summary>
internal sealed class VersionPlan
{
    /// <summary>The range of prompts without a language.</summary>
    private const string Undetermined = "und";
    private readonly IAggregator _aggregator;
    private readonly HashSet<string> _prompts;
    private readonly HashSet<string> _origins;
    private readonly HashSet<string> _sources;
    private readonly HashSet<string> _sourcesAny;
    private readonly HashSet<string> _sourcesNone;
    private readonly HashSet<string> _originsNone;
    private readonly VoteFilter? _speaking;

    public VersionPlan(Recipe recipe)
    {
        Recipe = recipe;
        _aggregator = Aggregators.Find(recipe.Aggregation);
        var options = recipe.Options;
        (_prompts, _origins, _sources) = ([.. options.Prompts], [.. options.Origins], [.. options.Sources]);
        (_sourcesAny, _sourcesNone, _originsNone) = ([.. options.SourcesAny], [.. options.ExcludeSources], [.. options.ExcludeOrigins]);
        _speaking = options.FiltersVotes ? new(recipe) : null;
    }

    public Recipe Recipe { get; }

    /// <summary>Votes of all pairs have to be read before the verdict on one is known.</summary>
    public bool NeedsVotes => NeedsPosteriors || Recipe.Options.MinReliability is not null;

    private bool NeedsPosteriors => _aggregator.NeedsPosteriors || Recipe.Options.MinPosterior is not null;

    /// <summary>Rows of all pairs have to be known before the fate of one is.</summary>
    public bool NeedsSelection => Recipe.Replay is not null || Recipe.Options.Dedup || Recipe.Options.PerPrompt > 0;

    /// <summary>Posterior that A is better, by pair; empty when none is needed.</summary>
    public IReadOnlyDictionary<UInt128, double> Posteriors { get; init; } = ImmutableDictionary<UInt128, double>.Empty;

    /// <summary>Annotators whose votes are left out.</summary>
    public IReadOnlySet<AnnotatorId> Excluded { get; init; } = ImmutableHashSet<AnnotatorId>.Empty;

    /// <summary>Earlier pairs that were drawn.</summary>
    public IReadOnlySet<UInt128> Replayed { get; init; } = ImmutableHashSet<UInt128>.Empty;

    /// <summary>Duplicates and rows past their prompt's cap.</summary>
    public IReadOnlySet<UInt128> Dropped { get; init; } = ImmutableHashSet<UInt128>.Empty;

    /// <summary>A copy that knows what was decided among all pairs.</summary>
    public VersionPlan With(JointPosteriors? fit = null, IReadOnlySet<AnnotatorId>? excluded = null, IReadOnlySet<UInt128>? replayed = null, IReadOnlySet<UInt128>? dropped = null) => new(Recipe)
    {
        Posteriors = NeedsPosteriors && fit is not null ? fit.PABetter : Posteriors,
        Excluded = excluded ?? Excluded,
        Replayed = replayed ?? Replayed,
        Dropped = dropped ?? Dropped,
    };

    /// <summary>The votes that the recipe lets speak.</summary>
    public ImmutableArray<SourceJudgment> UsedOf(ImmutableArray<SourceJudgment> votes)
    {
        var options = Recipe.Options;
        return options is { Ties: not "ignore", BothBad: not "ignore" } && Excluded.Count is 0 && _speaking is null
            ? votes
            : [.. votes.Where(vote => !(options.Ties is "ignore" && vote.Event.Verdict.Choice is Choice.Tie) && !(options.BothBad is "ignore" && vote.Event.Verdict.Choice is Choice.BothBad)
                && !Excluded.Contains(vote.Event.Annotator) && _speaking?.Hears(vote) is not false)];
    }

    /// <summary>The pair as the aggregation sees it.</summary>
    public PairVotes VotesOf(SourceRow row) => PairVotes.Of(row.Source, row.Texts, UsedOf(row.Source.Votes));

    /// <summary>What becomes of a pair.</summary>
    public PlannedRow Of(SourceRow row)
    {
        var votes = row.Source.Votes;
        var used = UsedOf(votes);
        var seen = PairVotes.Of(row.Source, row.Texts, used);
        var aggregate = _aggregator.Of(seen, Posteriors.GetValueOrDefault(seen.Key, 0.5));
        var planned = new PlannedRow(row, votes, used, aggregate, RowFate.None);

        // Head-to-head pairs are for the gate, and equal texts hold no preference.
        return row.Source.Pair.Purpose is not Purpose.Vote || row.Texts.A.Text == row.Texts.B.Text ? planned : Labelled(planned, seen) is { } labelled ? labelled with { Fate = FateOf(labelled, seen.Key) } : planned;
    }

    private PlannedRow? Labelled(PlannedRow planned, PairVotes seen)
    {
        var (aggregate, options) = (planned.Aggregate, Recipe.Options);
        var labelled = aggregate.Choice switch
        {
            Choice.A or Choice.B => planned with { Side = aggregate.Choice.Value, PChosen = aggregate.PChosen, Agreement = aggregate.Agreement, Strength = aggregate.Strength },
            Choice.BothBad => null,
            _ when options.Labels is "hard" || planned.Used.IsEmpty => null,
            _ when aggregate.PA is 0.5 && options.Ties is not "half" => null,
            _ => Leaning(planned, seen, aggregate.PA >= 0.5 ? Choice.A : Choice.B),
        };
        return labelled is null ? null : labelled with
        {
            Weight = options.Weights switch
            {
                "strength" => labelled.Strength / 2 ?? 1,
                "confidence" => Math.Max((2 * labelled.PChosen) - 1, 0.01),
                _ => 1,
            },
        };
    }

    private static PlannedRow Leaning(PlannedRow planned, PairVotes seen, Choice side)
    {
        ImmutableArray<Verdict> verdicts = [.. seen.Votes.Select(vote => vote.Verdict)];
        var pa = planned.Aggregate.PA;
        return planned with
        {
            Side = side,
            PChosen = Math.Max(pa, 1 - pa),
            Agreement = verdicts.Count(verdict => verdict.Choice == side) / (double)verdicts.Length,
            Strength = MajorityAggregator.Strength(verdicts, side),
        };
    }

    private RowFate FateOf(PlannedRow planned, UInt128 key)
    {
        if (!Passes(planned) || Dropped.Contains(key))
        {
            return RowFate.Filtered;
        }

        var source = planned.Row.Source;
        return source.Pair.Split is "test" ? RowFate.Test
            : Recipe.Replay is null || source.IsNew ? RowFate.Train
            : Replayed.Contains(key) ? RowFate.Replayed : RowFate.Earlier;
    }

    private bool Passes(PlannedRow planned)
    {
        var (pair, options) = (planned.Row.Source.Pair, Recipe.Options);
        return planned.PChosen >= options.Threshold && planned.Agreement >= options.MinAgreement && planned.Used.Length >= options.MinVotes && (planned.Strength ?? 0) >= options.MinStrength
            && (_prompts.Count is 0 || _prompts.Contains(pair.Prompt.Value)) && (_origins.Count is 0 || _origins.Contains(pair.Origin))
            && (_sources.Count is 0 || (_sources.Contains(pair.ASource) && _sources.Contains(pair.BSource)))
            && (_sourcesAny.Count is 0 || _sourcesAny.Contains(pair.ASource) || _sourcesAny.Contains(pair.BSource))
            && !_sourcesNone.Contains(pair.ASource) && !_sourcesNone.Contains(pair.BSource) && !_originsNone.Contains(pair.Origin)
            && IsAsked(planned.Row.Texts.Labels) && IsSure(planned);
    }

    private bool IsAsked(PromptLabels? labels)
    {
        var options = Recipe.Options;
        return (options.Languages.IsEmpty || options.Languages.Any(range => labels?.Lang is null ? range is Undetermined : labels.IsIn(range)))
            && (options.TagsAny.IsEmpty || options.TagsAny.Any(Has)) && options.TagsAll.All(Has) && !options.TagsNone.Any(Has);

        bool Has(string tag) => labels?.Has(tag) is true;
    }

    private bool IsSure(PlannedRow planned)
    {
        if (Recipe.Options.MinPosterior is not { } least)
        {
            return true;
        }

        var a = Posteriors.GetValueOrDefault(PairVotes.KeyOf(planned.Row.Source.Pair.Id), 0.5);
        return (planned.Side is Choice.A ? a : 1 - a) >= least;
    }
}

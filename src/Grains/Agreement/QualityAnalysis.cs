using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Computes what the quality page shows from a copy of the model.</summary>
public static class QualityAnalysis
{
    /// <summary>Rate of false findings among those who are named.</summary>
    public const double FalseShare = 0.05;

    private const int Resamples = 400;

    // Annotators whose sides are compared with each other: those with the most of them.
    private const int MostCompared = 60;
    private const int FewestSides = 30;

    // Times are fitted to the newest votes.
    private const int MostTimes = 20_000;

    /// <summary>Counts, agreement, times and annotators.</summary>
    /// <param name="taken">The copy.</param>
    /// <param name="intervalsAt">Now, when intervals are wanted; else null.</param>
    public static ProjectQuality Of(AgreementSnapshot taken, DateTimeOffset? intervalsAt)
    {
        var votes = taken.Votes;
        var resamples = intervalsAt is null ? 0 : Resamples;
        var people = votes.Select(vote => vote.Annotator).DefaultIfEmpty(-1).Max() + 1;
        var timed = votes.Length > MostTimes ? votes[^MostTimes..] : votes;
        var timing = TimingFlags.Of([.. timed.Select(vote => new TimedJudgment(vote.Annotator, 0, vote.Words, vote.ActiveMilliseconds))], people, languages: 1);
        return taken.Counts with
        {
            RawAgreement = RawAgreement(votes),
            AlphaNominal = KrippendorffAlpha.Of([.. votes.Select(vote => new Rating(vote.Pair, (int)vote.Choice))], RatingScale.Nominal, resamples),
            AlphaOrdinal = KrippendorffAlpha.Of([.. votes.Where(vote => Signed(vote) is not null).Select(vote => new Rating(vote.Pair, Signed(vote)!.Value))], RatingScale.Ordinal, resamples),
            IntervalsAsOf = intervalsAt,
            TimingUndefined = timing.Undefined,
            TooFast = timing.Judgments.Count(flag => flag.IsTooFast),
            Annotators = Annotators(taken, timed, timing),
        };
    }

    /// <summary>Strengths of policies with bootstrap intervals.</summary>
    public static PolicyBattles Strengths(ImmutableArray<string> policies, ImmutableArray<Battle> battles, DateTimeOffset now)
    {
        var fit = BradleyTerry.Fit(policies.Length, battles, TieRule.Half, Resamples);
        return new(now, battles.Length, fit.Undefined,
            [.. fit.Policies.Select((found, i) => new PolicyBattle(policies[i], found.Strength, found.Interval, found.Battles)).OrderByDescending(policy => policy.Strength).ThenBy(policy => policy.Policy, StringComparer.Ordinal)]);
    }

    private static ImmutableArray<AnnotatorQuality> Annotators(AgreementSnapshot taken, ImmutableArray<SnapshotVote> timed, TimingReport timing)
    {
        var people = taken.Annotators;
        var patterns = people.Select(person => SequenceEvidence.Pattern([.. person.Sides])).ToArray();
        var believed = FalseDiscovery.ByLogEValues(patterns, FalseShare);
        var scripts = Scripts(people);
        var times = timed.Select((vote, i) => (Vote: vote, Flag: timing.Judgments[i])).ToLookup(entry => entry.Vote.Annotator);
        var places = taken.Places;
        return
        [
            .. people.Select((person, i) =>
            {
                var own = times[places[i]].Where(entry => entry.Vote.ActiveMilliseconds > 0).ToArray();
                var sorted = own.Select(entry => entry.Vote.ActiveMilliseconds).Order().ToArray();
                return new AnnotatorQuality
                {
                    Annotator = person.Id,
                    Votes = person.Votes,
                    Joint = person.Joint,
                    GoldAnswers = person.GoldRight + person.GoldWrong,
                    GoldRight = person.GoldRight,
                    GoldEvidence = person.GoldEvidence / Math.Log(10),
                    Repeats = IntraRaterKappa.Of([.. person.Repeats]),
                    LeftShare = person.Sides.IsEmpty ? null : person.Sides.Count(left => left) / (double)person.Sides.Length,
                    PatternEvidence = patterns[i] / Math.Log(10),
                    HasPattern = believed[i],
                    SameScriptAs = scripts[i],
                    MedianSeconds = sorted.Length is 0 ? null : sorted[sorted.Length / 2] / 1000.0,
                    Pace = timing.Undefined is null && sorted.Length > 0 ? Math.Exp(timing.AnnotatorEffects[places[i]]) : null,
                    TooFast = own.Count(entry => entry.Flag.IsTooFast),
                    FastestP = own.Min(entry => entry.Flag.Z) is { } z ? NormalDistribution.Upper(-z) : null,
                    Paused = person.Paused,
                };
            }).OrderByDescending(person => person.Votes).ThenBy(person => person.Annotator),
        ];
    }

    /// <summary>For each annotator one whose sides match, if e-BH over all pairs compared believes it.</summary>
    private static AnnotatorId?[] Scripts(ImmutableArray<SnapshotAnnotator> people)
    {
        var compared = Enumerable.Range(0, people.Length).Where(i => people[i].Sides.Length >= FewestSides).OrderByDescending(i => people[i].Sides.Length).Take(MostCompared).ToArray();
        var matches = compared.SelectMany((one, n) => compared.Skip(n + 1).Select(other => (One: one, Other: other, Evidence: SequenceEvidence.Match([.. people[one].Sides], [.. people[other].Sides])))).ToArray();
        var believed = FalseDiscovery.ByLogEValues([.. matches.Select(match => match.Evidence)], FalseShare);
        var found = new AnnotatorId?[people.Length];
        foreach (var (one, other, _) in matches.Where((_, n) => believed[n]).OrderBy(match => match.Evidence))
        {
            (found[one], found[other]) = (people[other].Id, people[one].Id);
        }

        return found;
    }

    private static double? RawAgreement(ImmutableArray<SnapshotVote> votes)
    {
        var (agreeing, compared) = (0L, 0L);
        foreach (var pair in votes.GroupBy(vote => vote.Pair))
        {
            var n = pair.Count();
            compared += (long)n * (n - 1) / 2;
            agreeing += pair.GroupBy(vote => vote.Choice).Sum(same => (long)same.Count() * (same.Count() - 1) / 2);
        }

        return compared is 0 ? null : agreeing / (double)compared;
    }

    /// <summary>−3 (A is much better) to 3 (B is), 0 for a tie; a vote without a strength is missing.</summary>
    private static int? Signed(SnapshotVote vote) => vote.Choice switch
    {
        Choice.A when vote.Strength > 0 => -vote.Strength,
        Choice.B when vote.Strength > 0 => vote.Strength,
        Choice.Tie => 0,
        _ => null,
    };
}

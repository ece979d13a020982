using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Copies for those who compute outside.</summary>
public sealed partial class AgreementModel
{
    // Sides that patterns are looked for in, at most: the newest.
    private const int MostSides = 2000;

    /// <summary>Annotators with new judgments since the last call.</summary>
    public IReadOnlyList<AnnotatorId> TakeActive()
    {
        AnnotatorId[] active = [.. _active.Select(k => _annotators[k].Id)];
        _active.Clear();
        return active;
    }

    /// <summary>What tells for or against pausing an annotator: what came after the last pause was lifted. Without <paramref name="reliability"/> gold only, which costs next to nothing.</summary>
    public PauseEvidence EvidenceOf(AnnotatorId id, double goldPass, bool reliability = true)
    {
        var k = AnnotatorOf(id);
        var (right, wrong) = GoldOf(_annotators[k], _annotators[k].ForgivenTicks);
        var fresh = 0;
        for (var i = _annotators[k].Votes.Count - 1; reliability && i >= 0 && _said[_annotators[k].Votes[i]].Ticks > _annotators[k].ForgivenTicks; i--)
        {
            fresh++;
        }

        return new(right, wrong, GoldEvidence.Of(right, wrong, goldPass), reliability ? Find(id) : null, fresh, _annotators[k].Paused);
    }

    /// <summary>Decided votes with their times, newest last, for <see cref="TimingFlags"/>.</summary>
    public ImmutableArray<TimedJudgment> Times(int most) =>
        [.. NewestVotes(most).Select(vote => new TimedJudgment(vote.Annotator, 0, vote.Words, vote.ActiveMilliseconds))];

    /// <summary>Annotators known.</summary>
    public int Annotators => _annotators.Count;

    /// <summary>Blind comparisons between policies: live counted judgments of head-to-head pairs.</summary>
    public (ImmutableArray<string> Policies, ImmutableArray<Battle> Battles) Battles()
    {
        var battles = new List<(int A, int B, Choice Choice)>();
        for (var at = 0; at < _said.Count; at++)
        {
            if (_said[at] is { Purpose: Purpose.HeadToHead, Live: true, Counted: true, Choice: not Choice.Skip } said && Pair(said.Pair) is var pair && pair.SourceA != pair.SourceB)
            {
                battles.Add((pair.SourceA, pair.SourceB, said.Choice));
            }
        }

        var policies = battles.SelectMany(battle => new[] { battle.A, battle.B }).Distinct().OrderBy(source => _sources[source], StringComparer.Ordinal).ToList();
        return ([.. policies.Select(source => _sources[source])], [.. battles.Select(battle => new Battle(policies.IndexOf(battle.A), policies.IndexOf(battle.B), battle.Choice))]);
    }

    /// <summary>A copy of what quality is computed from.</summary>
    public AgreementSnapshot Copy(AssignmentSettings settings)
    {
        var (pairs, complete) = (0, 0);
        for (var i = 0; i < _pairs.Count; i++)
        {
            ref readonly var pair = ref _pairs[i];
            pairs += pair.Purpose is Purpose.Vote ? 1 : 0;
            complete += pair.Purpose is Purpose.Vote && pair.Counted >= pair.Wanted ? 1 : 0;
        }

        var verdicts = new int[4];
        var (skips, surplus, withdrawn) = (0, 0, 0);
        for (var at = 0; at < _said.Count; at++)
        {
            ref readonly var said = ref _said[at];
            if (said.Purpose is not Purpose.Vote)
            {
                continue;
            }

            if (said.IsVote)
            {
                verdicts[(int)said.Choice]++;
            }

            skips += said is { Live: true, Choice: Choice.Skip } ? 1 : 0;
            surplus += said is { Live: true, Counted: false, Choice: not Choice.Skip } ? 1 : 0;
            withdrawn += said.Live ? 0 : 1;
        }

        return new()
        {
            Votes = NewestVotes(ProjectQuality.Window),
            Annotators = [.. _annotators.Select(annotator => Take(annotator, settings.GoldPass)).Where(annotator => annotator.Votes > 0 || annotator.Sides.Length > 0 || annotator.GoldRight + annotator.GoldWrong > 0 || annotator.Paused)],
            Counts = new()
            {
                AsOf = Events > 0 ? Newest : null,
                Pairs = pairs,
                Complete = complete,
                Votes = Votes,
                Verdicts = [.. verdicts],
                Skips = skips,
                Surplus = surplus,
                Withdrawn = withdrawn,
                Confident = _confident,
                Disputed = Disputed,
                LengthBias = Fit?.Style,
                Gold = Gold,
                TauB = _rankings.Mean(),
                AlphaNominal = Statistic.None("Not computed.", 0),
                AlphaOrdinal = Statistic.None("Not computed.", 0),
            },
        };
    }

    private SnapshotAnnotator Take(AnnotatorFacts annotator, double goldPass)
    {
        var k = _annotatorById[annotator.Id];
        var (right, wrong) = GoldOf(annotator, since: 0);
        var since = GoldOf(annotator, annotator.ForgivenTicks);
        var sides = annotator.Sides.OrderBy(at => _said[at].Ticks).TakeLast(MostSides).Select(at => _said[at].IsLeft);
        return new(
            annotator.Id, k, annotator.Votes.Count(at => _said[at].IsVote), Find(annotator.Id), [.. sides], right, wrong,
            GoldEvidence.Of(since.Right, since.Wrong, goldPass), [.. annotator.Repeats.Where(at => _said[at].Live).Select(at => Repeated(at, k)).OfType<RepeatedVerdict>()], annotator.Paused);
    }

    private (int Right, int Wrong) GoldOf(AnnotatorFacts annotator, long since)
    {
        var (right, wrong) = (0, 0);
        foreach (var at in annotator.Gold)
        {
            var (said, answer) = (_said[at], Pair(_said[at].Pair).Gold);
            if (said.Live && said.Choice is not Choice.Skip && answer is not Choice.Skip && said.Ticks > since)
            {
                right += said.Choice == answer ? 1 : 0;
                wrong += said.Choice == answer ? 0 : 1;
            }
        }

        return (right, wrong);
    }

    private RepeatedVerdict? Repeated(int repeat, int annotator) =>
        VoteOf(_said[repeat].Pair, annotator) is { } first ? new(first.Choice, _said[repeat].Choice) : null;

    /// <summary>The annotator's live vote on a pair.</summary>
    private Said? VoteOf(int pair, int annotator)
    {
        for (var at = Pair(pair).Newest; at != None; at = _said[at].Older)
        {
            if (_said[at] is { Live: true, Purpose: Purpose.Vote } found && found.Annotator == annotator)
            {
                return found;
            }
        }

        return null;
    }

    private ImmutableArray<SnapshotVote> NewestVotes(int most)
    {
        var votes = new List<SnapshotVote>(Math.Min(most, _said.Count));
        for (var at = _said.Count - 1; at >= 0 && votes.Count < most; at--)
        {
            if (_said[at] is { IsVote: true } said)
            {
                votes.Add(new(said.Pair, said.Annotator, said.Choice, said.Strength, Pair(said.Pair).Words, said.ActiveMilliseconds));
            }
        }

        votes.Reverse();
        return [.. votes];
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What is counted of some pairs. Counts of buckets add up, so a bucket that did not change is not read again.</summary>
public sealed class BucketCounts
{
    private const double TimeStep = 0.02;
    private static readonly string[] s_purposes = [.. Enum.GetValues<Purpose>().Order().Select(purpose => "purpose_" + TableRows.Word(purpose))];

    /// <summary>Plain counts by name.</summary>
    public Dictionary<string, long> Sums { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Pairs by how often each of a, b, tie, both_bad was said of them; only those with two votes and more.</summary>
    public SortedDictionary<string, int> Nominal { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The same for strengths −3 … 3.</summary>
    public SortedDictionary<string, int> Ordinal { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Votes by active time, in steps of two per cent.</summary>
    public SortedDictionary<int, int> Times { get; init; } = [];

    /// <summary>Votes by annotator's pseudonym.</summary>
    public SortedDictionary<string, int> Annotators { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Live answers to gold, by pair and answer: <c>pa_… a</c>. Which answer is right is no part of it: it may become known later.</summary>
    public SortedDictionary<string, int> Gold { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Votes between two sources, by source: how often it was compared.</summary>
    public SortedDictionary<string, int> Compared { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The same: twice its wins and once its ties.</summary>
    public SortedDictionary<string, int> HalfWins { get; init; } = new(StringComparer.Ordinal);

    /// <summary>A plain count.</summary>
    public int this[string name] => (int)Sums.GetValueOrDefault(name);

    /// <summary>Counts a pair.</summary>
    internal void Add(PlannedRow planned, Recipe recipe)
    {
        var source = planned.Row.Source;
        AddPair(source, planned.Votes, recipe.Project);
        Count(planned.Fate switch
        {
            RowFate.Train => "train",
            RowFate.Replayed => "replayed",
            RowFate.Test => "test",
            RowFate.Filtered => "filtered",
            _ => "no_row",
        });
        if (planned.Fate is RowFate.Train or RowFate.Replayed or RowFate.Test)
        {
            Count(planned.Row.Texts.Prompt.Text is null ? "chat_rows" : "text_rows");
        }

        if (source.Pair.Purpose is Purpose.Vote && planned.Votes.Length > 0 && (recipe.Replay is null || source.IsNew))
        {
            Count(planned.Aggregate.Choice switch { Choice.Tie => "ties", Choice.BothBad => "both_bad", null => "no_majority", _ => "sides" });
        }
    }

    /// <summary>Counts what needs no recipe.</summary>
    internal void AddPair(SourcePair source, IReadOnlyCollection<SourceJudgment> votes, string project)
    {
        Count("items");
        Count("all_votes", votes.Count);
        foreach (var judgment in source.Judgments)
        {
            Count("judgments");
            // The order itself is counted, not the pairs it is read as.
            Count(s_purposes[(int)judgment.Event.Purpose], source.IsImplied ? 0 : 1);
            Count("skips", judgment.IsLive && judgment.Event.Verdict.Choice is Choice.Skip ? 1 : 0);
            if (judgment is { IsLive: true, Event: { Purpose: Purpose.Gold, Verdict.Choice: not Choice.Skip } answer })
            {
                Bump(Gold, $"{source.Pair.Id} {TableRows.Word(answer.Verdict.Choice)}");
            }
        }

        if (source.Pair.Purpose is Purpose.Vote && !source.IsImplied)
        {
            AddVoted(source, votes, project);
        }
    }

    /// <summary>Counts a ranking, and how far each two of its judges agree.</summary>
    internal void AddRanking(SourcePair source)
    {
        Count("rankings");
        Count(s_purposes[(int)Purpose.Ranking], source.Judgments.Length);
        Ranking[] orders = [.. source.Judgments.Where(judgment => judgment is { IsLive: true, Event: { Counted: true, Ranking: not null } }).Select(judgment => judgment.Event.Ranking!.Value)];
        Count("orders", orders.Length);
        Count("ranked_train", source.Pair.Split is "test" ? 0 : orders.Count(order => order.Groups.Length > 1));
        for (var one = 0; one < orders.Length; one++)
        {
            for (var other = one + 1; other < orders.Length; other++)
            {
                if (Agreement.KendallTau.Of(orders[one], orders[other]) is { } tau)
                {
                    // Counts are whole and not negative: millionths above −1.
                    Count("tau_pairs");
                    Count("tau", (long)Math.Round(1e6 * (tau + 1)));
                }
            }
        }
    }

    /// <summary>Adds the counts of other pairs.</summary>
    public void Add(BucketCounts other)
    {
        Merge(Sums, other.Sums, static (a, b) => a + b);
        Merge(Nominal, other.Nominal, static (a, b) => a + b);
        Merge(Ordinal, other.Ordinal, static (a, b) => a + b);
        Merge(Times, other.Times, static (a, b) => a + b);
        Merge(Annotators, other.Annotators, static (a, b) => a + b);
        Merge(Gold, other.Gold, static (a, b) => a + b);
        Merge(Compared, other.Compared, static (a, b) => a + b);
        Merge(HalfWins, other.HalfWins, static (a, b) => a + b);
    }

    /// <summary>The active time that a share of the votes does not pass, to two per cent; null without votes.</summary>
    public long? TimeQuantile(double share)
    {
        var (rank, seen) = ((long)(share * Times.Values.Sum(static n => (long)n)), 0L);
        foreach (var (step, count) in Times)
        {
            if ((seen += count) > rank)
            {
                return (long)Math.Round(Math.Exp(step * TimeStep));
            }
        }

        return null;
    }

    private void AddVoted(SourcePair source, IReadOnlyCollection<SourceJudgment> votes, string project)
    {
        Count("voted");
        Count("full", votes.Count >= source.Pair.Overlap ? 1 : 0);
        Count("surplus", source.Judgments.Count(judgment => judgment.IsLive && judgment.Event is { Counted: false, Purpose: Purpose.Vote } && judgment.Event.Verdict.Choice is not Choice.Skip));
        Count("dead", source.Judgments.Count(judgment => !judgment.IsLive));
        Span<int> choices = stackalloc int[4];
        Span<int> strengths = stackalloc int[7];
        foreach (var vote in votes)
        {
            var (said, verdict) = (vote.Event, vote.Event.Verdict);
            choices[(int)verdict.Choice]++;
            if (TableRows.Signed(verdict) is { } signed)
            {
                strengths[signed + 3]++;
            }

            if (verdict.Choice is Choice.A or Choice.B)
            {
                Count("sided");
                Count("left", verdict.Choice is Choice.A == (said.Order is ShownOrder.Ab) ? 1 : 0);
            }

            Count(verdict.Choice switch { Choice.Tie => "said_tie", Choice.BothBad => "said_both_bad", _ => "said_" + (verdict.Strength switch { 1 => "slightly", 2 => "clearly", 3 => "much", _ => "better" }) });
            AddComparison(source.Pair, verdict.Choice);
            if (said.ActiveMilliseconds > 0)
            {
                Bump(Times, (int)Math.Round(Math.Log(said.ActiveMilliseconds) / TimeStep));
            }

            Bump(Annotators, TableRows.Pseudonym(project, said.Annotator));
        }

        Count("votes", votes.Count);
        Count("compared", votes.Count * (votes.Count - 1) / 2);
        foreach (var count in choices)
        {
            Count("agreeing", count * (count - 1) / 2);
        }

        Pattern(Nominal, choices);
        Pattern(Ordinal, strengths);
    }

    /// <summary>A vote between two policies or sources; both-bad says nothing of which is better.</summary>
    private void AddComparison(Pairs.PairRecord pair, Choice choice)
    {
        if (pair.ASource == pair.BSource || choice is Choice.BothBad)
        {
            return;
        }

        Bump(Compared, pair.ASource);
        Bump(Compared, pair.BSource);
        HalfWins[pair.ASource] = HalfWins.GetValueOrDefault(pair.ASource) + (choice switch { Choice.A => 2, Choice.Tie => 1, _ => 0 });
        HalfWins[pair.BSource] = HalfWins.GetValueOrDefault(pair.BSource) + (choice switch { Choice.B => 2, Choice.Tie => 1, _ => 0 });
    }

    private static void Pattern(SortedDictionary<string, int> patterns, ReadOnlySpan<int> counts)
    {
        var sum = 0;
        foreach (var count in counts)
        {
            sum += count;
        }

        if (sum > 1)
        {
            Bump(patterns, string.Join(' ', counts.ToArray().Select(count => count.ToString(CultureInfo.InvariantCulture))));
        }
    }

    private void Count(string name, long by = 1)
    {
        if (by > 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(Sums, name, out _) += by;
        }
    }

    private static void Bump<TKey>(SortedDictionary<TKey, int> counts, TKey key)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static void Merge<TKey, TValue>(IDictionary<TKey, TValue> to, IDictionary<TKey, TValue> from, Func<TValue, TValue, TValue> add)
        where TKey : notnull
    {
        foreach (var (key, value) in from)
        {
            to[key] = to.TryGetValue(key, out var known) ? add(known, value) : value;
        }
    }
}

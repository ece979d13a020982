using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>
/// Rows of the canonical tables, members in ordinal order; docs/formats/datasets.md describes every one. What is not known is null, so each table has one shape. Wide rows are those of
/// <c>tables/2</c>.
/// </summary>
internal static class TableRows
{
    // Each is written for every judgment and counted in every bucket.
    private const int MostPseudonyms = 4096;
    private static readonly ConcurrentDictionary<(string Project, AnnotatorId Annotator), string> s_pseudonyms = new();

    public static void Item(RowWriter row, PlannedRow planned, bool isWide)
    {
        var (pair, texts) = (planned.Row.Source.Pair, planned.Row.Texts);
        var (a, b, tie, bad) = MajorityAggregator.Count([.. planned.Votes.Select(vote => vote.Event.Verdict)]);
        row.Begin();
        row.Text("checkpoint_a"u8, pair.ASource);
        row.Text("checkpoint_b"u8, pair.BSource);
        Language(row, texts, isWide);
        row.Text("majority"u8, planned.Aggregate.Choice is { } choice ? Word(choice) : null);
        row.Whole("n_judgments"u8, planned.Votes.Length);
        row.Text("origin"u8, pair.Origin);
        row.Whole("overlap"u8, pair.Overlap);
        row.Text("pair_id"u8, pair.Id.Value);
        Prompt(row, texts);
        row.Text("prompt_id"u8, pair.Prompt.Value);
        row.Text("purpose"u8, Word(pair.Purpose));
        row.Text("response_a"u8, texts.A.Text);
        row.Text("response_a_id"u8, pair.A.Value);
        row.Text("response_b"u8, texts.B.Text);
        row.Text("response_b_id"u8, pair.B.Value);
        row.Number("selection_propensity"u8, pair.Propensity);
        row.Text("selection_strategy"u8, pair.Strategy);
        row.Whole("skips"u8, planned.Row.Source.Judgments.Count(judgment => judgment.IsLive && judgment.Event.Verdict.Choice is Choice.Skip));
        row.Text("split_key"u8, pair.Split);
        Tags(row, texts, isWide);
        row.Whole("votes_a"u8, a);
        row.Whole("votes_b"u8, b);
        row.Whole("votes_both_bad"u8, bad);
        row.Whole("votes_tie"u8, tie);
        row.EndLine();
    }

    public static void Judgment(RowWriter row, string project, SourcePair source, SourceJudgment judgment, bool isWide)
    {
        var said = judgment.Event;
        row.Begin();
        row.Whole("active_ms"u8, said.ActiveMilliseconds);
        row.Text("annotator"u8, Pseudonym(project, said.Annotator));
        if (isWide)
        {
            row.Text("annotator_kind"u8, said.AnnotatorKind ?? "person");
            row.Aspects("aspects"u8, said.Aspects);
        }

        row.Text("checkpoint_a"u8, source.Pair.ASource);
        row.Text("checkpoint_b"u8, source.Pair.BSource);
        row.Text("choice"u8, Word(said.Verdict.Choice));
        row.Flag("counted"u8, said.Counted);
        row.Text("decided_at"u8, Time(said.DecidedAt));
        row.Whole("guideline_version"u8, said.Guideline);
        row.Text("input"u8, said.Input);
        row.Text("judgment_id"u8, said.Id.Value);
        row.Text("lease_id"u8, said.Lease.Value);
        if (isWide || said.Strategy is not null)
        {
            // In tables/1 only where the routing chose: versions of other projects keep their bytes.
            row.Number("lease_propensity"u8, said.Propensity);
            row.Text("lease_strategy"u8, said.Strategy);
        }

        row.Flag("live"u8, judgment.IsLive);
        row.Text("pair_id"u8, said.Pair.Value);
        row.Text("purpose"u8, Word(said.Purpose));
        row.Texts("reasons"u8, said.Reasons);
        row.Text("received_at"u8, Time(judgment.Time));
        row.Flag("reported"u8, said.Reported);
        row.Whole("seq"u8, judgment.Seq);
        row.Text("shown_at"u8, Time(said.ShownAt));
        row.Text("shown_order"u8, said.Order is ShownOrder.Ab ? "ab" : "ba");
        row.Whole("strength"u8, Signed(said.Verdict));
        row.Text("supersedes"u8, said.Supersedes?.Value);
        row.EndLine();
    }

    /// <summary>What a judgment says beside its verdict: aspects, and that a model made it. Most say nothing, and a version in which none does has no such table, so its identity is what it was.</summary>
    public static void Ratings(RowWriter row, string project, SourceJudgment judgment)
    {
        var said = judgment.Event;
        foreach (var (aspect, value) in said.Aspects.IsEmpty && said.AnnotatorKind is not null ? [new AspectRating("", 0)] : said.Aspects)
        {
            row.Begin();
            row.Text("annotator"u8, Pseudonym(project, said.Annotator));
            row.Text("annotator_kind"u8, said.AnnotatorKind ?? "person");
            row.Text("aspect"u8, aspect.Length is 0 ? null : aspect);
            row.Text("judgment_id"u8, said.Id.Value);
            row.Flag("live"u8, judgment.IsLive);
            row.Text("pair_id"u8, said.Pair.Value);
            row.Whole("rating"u8, aspect.Length is 0 ? null : value);
            row.EndLine();
        }
    }

    public static void Dpo(RowWriter row, PlannedRow planned, bool weighted, bool isWide)
    {
        var (pair, texts, aggregate) = (planned.Row.Source.Pair, planned.Row.Texts, planned.Aggregate);
        var (chosen, rejected) = planned.Side is Choice.A ? (texts.A, texts.B) : (texts.B, texts.A);
        row.Begin();
        row.Number("agreement"u8, planned.Agreement);
        Answer(row, "chosen"u8, texts, chosen.Text);
        row.Text("chosen_checkpoint"u8, chosen.Source);
        row.Text("chosen_id"u8, chosen.ResponseId.Value);
        row.Texts("judgment_ids"u8, planned.Used.Select(vote => vote.Event.Id.Value));
        Language(row, texts, isWide);
        row.Whole("n_judgments"u8, planned.Used.Length);
        row.Whole("n_tokens_chosen"u8, chosen.Tokens);
        row.Whole("n_tokens_rejected"u8, rejected.Tokens);
        row.Text("origin"u8, pair.Origin);
        row.Number("p_chosen"u8, planned.PChosen);
        row.Text("pair_id"u8, pair.Id.Value);
        Prompt(row, texts);
        row.Text("prompt_id"u8, pair.Prompt.Value);
        Answer(row, "rejected"u8, texts, rejected.Text);
        row.Text("rejected_checkpoint"u8, rejected.Source);
        row.Text("rejected_id"u8, rejected.ResponseId.Value);
        row.Flag("replayed"u8, planned.Fate is RowFate.Replayed);
        row.Number("selection_propensity"u8, pair.Propensity);
        row.Text("selection_strategy"u8, pair.Strategy);
        row.Text("split_key"u8, pair.Split);
        row.Number("strength"u8, planned.Strength);
        Tags(row, texts, isWide);
        row.Number("tie_share"u8, aggregate.TieShare);
        if (weighted)
        {
            row.Number("weight"u8, planned.Weight);
        }

        row.EndLine();
    }

    /// <summary>The annotator's name within one project: events know a random id, and this hides that it is the same person's in another project.</summary>
    public static string Pseudonym(string project, AnnotatorId annotator)
    {
        if (s_pseudonyms.TryGetValue((project, annotator), out var known))
        {
            return known;
        }

        if (s_pseudonyms.Count >= MostPseudonyms)
        {
            s_pseudonyms.Clear();
        }

        return s_pseudonyms.GetOrAdd((project, annotator), static of => "a_" + ContentHash.Hex($"annotator/1\n{of.Project}\n{of.Annotator.Value}")[..16]);
    }

    /// <summary>−3 … −1: A is better, 0: a tie, 1 … 3: B is better; null without a strength.</summary>
    public static int? Signed(Verdict verdict) => verdict.Choice switch
    {
        Choice.A => -verdict.Strength,
        Choice.B => verdict.Strength,
        Choice.Tie => 0,
        _ => null,
    };

    public static string Word(Purpose purpose) => purpose switch
    {
        Purpose.Vote => "vote",
        Purpose.Repeat => "repeat",
        Purpose.Gold => "gold",
        Purpose.Adjudication => "adjudication",
        Purpose.HeadToHead => "head_to_head",
        Purpose.Machine => "machine",
        Purpose.Ranking => "ranking",
        _ => "practice",
    };

    private static void Language(RowWriter row, PairTexts texts, bool isWide)
    {
        if (isWide)
        {
            row.Text("lang"u8, texts.Labels?.Lang);
        }
    }

    private static void Tags(RowWriter row, PairTexts texts, bool isWide)
    {
        if (isWide)
        {
            row.Texts("tags"u8, texts.Labels?.Tags ?? []);
        }
    }

    public static void Prompt(RowWriter row, PairTexts texts)
    {
        if (texts.Prompt.Text is { } text)
        {
            row.Text("prompt"u8, text);
        }
        else
        {
            row.Messages("prompt"u8, texts.Prompt.Messages ?? []);
        }
    }

    private static void Answer(RowWriter row, ReadOnlySpan<byte> name, PairTexts texts, string text)
    {
        if (texts.Prompt.Text is not null)
        {
            row.Text(name, text);
        }
        else
        {
            row.Messages(name, [new("assistant", text)]);
        }
    }

    public static string? Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    public static string Word(Choice choice) => choice switch
    {
        Choice.A => "a",
        Choice.B => "b",
        Choice.Tie => "tie",
        Choice.BothBad => "both_bad",
        Choice.Ranked => "ranked",
        _ => "skip",
    };
}

using System.Globalization;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Rows of the canonical tables; docs/formats/datasets.md describes every member. Members that are not known are null, so each table has one shape.</summary>
internal static class TableRows
{
    public static JsonObject Item(SourcePair source, PairTexts texts, Aggregate aggregate)
    {
        var pair = source.Pair;
        var votes = source.Votes;
        return new()
        {
            ["pair_id"] = pair.Id.Value,
            ["prompt_id"] = pair.Prompt.Value,
            ["prompt"] = texts.Prompt.ToJson(),
            ["response_a"] = texts.A.Text,
            ["response_b"] = texts.B.Text,
            ["response_a_id"] = pair.A.Value,
            ["response_b_id"] = pair.B.Value,
            ["checkpoint_a"] = pair.ASource,
            ["checkpoint_b"] = pair.BSource,
            ["split_key"] = pair.Split,
            ["origin"] = pair.Origin,
            ["purpose"] = Word(pair.Purpose),
            ["overlap"] = pair.Overlap,
            ["n_judgments"] = votes.Length,
            ["votes_a"] = votes.Count(vote => vote.Event.Verdict.Choice is Choice.A),
            ["votes_b"] = votes.Count(vote => vote.Event.Verdict.Choice is Choice.B),
            ["votes_tie"] = votes.Count(vote => vote.Event.Verdict.Choice is Choice.Tie),
            ["votes_both_bad"] = votes.Count(vote => vote.Event.Verdict.Choice is Choice.BothBad),
            ["skips"] = source.Judgments.Count(judgment => judgment.IsLive && judgment.Event.Verdict.Choice is Choice.Skip),
            ["majority"] = aggregate.Choice is { } choice ? Word(choice) : null,
            ["selection_strategy"] = pair.Strategy,
            ["selection_propensity"] = pair.Propensity,
        };
    }

    public static JsonObject Judgment(string project, SourcePair source, SourceJudgment judgment)
    {
        var said = judgment.Event;
        return new()
        {
            ["judgment_id"] = said.Id.Value,
            ["pair_id"] = said.Pair.Value,
            ["seq"] = judgment.Seq,
            ["annotator"] = Pseudonym(project, said.Annotator),
            ["choice"] = Word(said.Verdict.Choice),
            ["strength"] = Signed(said.Verdict),
            ["purpose"] = Word(said.Purpose),
            ["counted"] = said.Counted,
            ["live"] = judgment.IsLive,
            ["reported"] = said.Reported,
            ["supersedes"] = said.Supersedes?.Value,
            ["shown_order"] = Word(said.Order),
            ["guideline_version"] = said.Guideline,
            ["input"] = said.Input,
            ["reasons"] = new JsonArray([.. said.Reasons.Select(reason => (JsonNode)reason)]),
            ["active_ms"] = said.ActiveMilliseconds,
            ["shown_at"] = Time(said.ShownAt),
            ["decided_at"] = Time(said.DecidedAt),
            ["received_at"] = Time(judgment.Time),
            ["lease_id"] = said.Lease.Value,
            ["checkpoint_a"] = source.Pair.ASource,
            ["checkpoint_b"] = source.Pair.BSource,
        };
    }

    public static JsonObject Dpo(SourcePair source, PairTexts texts, Aggregate aggregate, bool replayed)
    {
        var pair = source.Pair;
        var aWins = aggregate.Choice is Choice.A;
        var (chosen, rejected) = aWins ? (texts.A, texts.B) : (texts.B, texts.A);
        return new()
        {
            ["prompt"] = texts.Prompt.ToJson(),
            ["chosen"] = Answer(texts, chosen.Text),
            ["rejected"] = Answer(texts, rejected.Text),
            ["pair_id"] = pair.Id.Value,
            ["prompt_id"] = pair.Prompt.Value,
            ["judgment_ids"] = new JsonArray([.. source.Votes.Select(vote => (JsonNode)vote.Event.Id.Value)]),
            ["n_judgments"] = source.Votes.Length,
            ["p_chosen"] = aggregate.PChosen,
            ["strength"] = aggregate.Strength,
            ["agreement"] = aggregate.Agreement,
            ["tie_share"] = aggregate.TieShare,
            ["chosen_id"] = chosen.ResponseId.Value,
            ["rejected_id"] = rejected.ResponseId.Value,
            ["chosen_checkpoint"] = chosen.Source,
            ["rejected_checkpoint"] = rejected.Source,
            ["n_tokens_chosen"] = chosen.Tokens,
            ["n_tokens_rejected"] = rejected.Tokens,
            ["origin"] = pair.Origin,
            ["replayed"] = replayed,
            ["split_key"] = pair.Split,
            ["selection_strategy"] = pair.Strategy,
            ["selection_propensity"] = pair.Propensity,
        };
    }

    /// <summary>The annotator's name within one project: events know a random id, and this hides that it is the same person's in another project.</summary>
    public static string Pseudonym(string project, AnnotatorId annotator) => "a_" + ContentHash.Hex($"annotator/1\n{project}\n{annotator.Value}")[..16];

    /// <summary>−3 … −1: A is better, 0: a tie, 1 … 3: B is better; null without a strength.</summary>
    private static int? Signed(Verdict verdict) => verdict.Choice switch
    {
        Choice.A => -verdict.Strength,
        Choice.B => verdict.Strength,
        Choice.Tie => 0,
        _ => null,
    };

    private static JsonNode Answer(PairTexts texts, string text) => texts.Prompt.Text is not null
        ? JsonValue.Create(text)
        : new JsonArray(new JsonObject { ["role"] = "assistant", ["content"] = text });

    private static string? Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private static string Word(Choice choice) => choice switch
    {
        Choice.A => "a",
        Choice.B => "b",
        Choice.Tie => "tie",
        Choice.BothBad => "both_bad",
        _ => "skip",
    };

    private static string Word(Purpose purpose) => purpose switch
    {
        Purpose.Vote => "vote",
        Purpose.Repeat => "repeat",
        Purpose.Gold => "gold",
        Purpose.Adjudication => "adjudication",
        Purpose.HeadToHead => "head_to_head",
        _ => "practice",
    };

    private static string Word(ShownOrder order) => order is ShownOrder.Ab ? "ab" : "ba";
}

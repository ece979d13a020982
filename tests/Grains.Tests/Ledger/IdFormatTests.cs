using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Ledger;

/// <summary>The vectors of docs/formats/ids.md, which were computed with Python's hashlib. Each must also stand on the page.</summary>
public sealed class IdFormatTests
{
    private static readonly PromptId s_prompt = PromptId.Of(new PromptContent { Text = "Is it good?" });
    private static readonly ResponseId s_yes = ResponseId.Of(s_prompt, "p0", "Yes.");
    private static readonly ResponseId s_no = ResponseId.Of(s_prompt, "p0", "No,\nnot at all.");

    [Fact]
    public void A_prompt_is_named_by_its_canonical_json()
    {
        IsOnThePage("PROMPT_TEXT", s_prompt.Value);
        IsOnThePage("PROMPT_CHAT", PromptId.Of(new PromptContent { Messages = [new ChatMessage("user", "Is it good?")] }).Value);
    }

    [Fact]
    public void A_response_is_named_by_prompt_source_and_text()
    {
        IsOnThePage("RESPONSE_YES", s_yes.Value);
        IsOnThePage("RESPONSE_NO", s_no.Value);
    }

    [Fact]
    public void A_pair_is_named_by_its_prompt_and_both_responses_in_order()
    {
        IsOnThePage("PAIR", PairId.Of(s_prompt, s_yes, s_no).Value);
        Assert.Equal(PairId.Of(s_prompt, s_yes, s_no), PairId.Of(s_prompt, s_no, s_yes));
    }

    [Fact]
    public void A_pair_belongs_to_the_shard_its_hash_says()
    {
        var pair = PairId.Of(s_prompt, s_yes, s_no);
        IsOnThePage("SHARDS", $"{PairShards.Of(pair, 4)} of 4, {PairShards.Of(pair, 64)} of 64");
    }

    [Fact]
    public void A_lease_says_which_response_is_on_the_left() =>
        IsOnThePage("ORDER", new LeaseId("le_01KE6SGFG00000000000000001").Order.ToString().ToLowerInvariant());

    [Fact]
    public void A_judgments_body_is_told_from_another_by_its_digest() => IsOnThePage("BODY", SubmitDigest.Text(SubmitDigest.Of(new SubmitJudgment
    {
        Id = TestPairs.Judgment(1),
        Pair = TestPairs.Pair(1).Id,
        Annotator = TestPairs.Annotator(1),
        Lease = new LeaseId("le_01KE6SGFG00000000000000001"),
        Choice = ShownChoice.Left,
        Strength = 2,
        ActiveMilliseconds = 2345,
        Reasons = ["clear", "short"],
        Guideline = 1,
        Input = "key",
    })));

    private static void IsOnThePage(string vector, string value)
    {
        var page = File.ReadAllText(RepositoryFile.Path("docs/formats/ids.md"));
        Assert.Contains($"| {vector} | `{value}` |", page, StringComparison.Ordinal);
    }
}

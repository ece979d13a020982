using System.Globalization;
using System.Text;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Tests.Datasets;

public sealed class VersionTablesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly Recipe s_recipe = new() { Project = "films", Positions = [new("0", 100, new('a', 64))], Seed = 1 };
    private readonly Dictionary<PairId, PairTexts> _texts = [];

    [Fact]
    public void A_row_is_what_the_format_page_says()
    {
        var source = Pair(1, votes: "a2");
        var tables = Build(s_recipe, source);
        var pair = source.Pair;
        Assert.Equal(
            $$"""{"agreement":1.000000,"chosen":"{{_texts[pair.Id].A.Text}}","chosen_checkpoint":"p1","chosen_id":"{{pair.A}}","judgment_ids":["00000000000000000000000001"],"n_judgments":1,"n_tokens_chosen":7,"n_tokens_rejected":7,"origin":"g1","p_chosen":1.000000,"pair_id":"{{pair.Id}}","prompt":"Prompt 1","prompt_id":"{{pair.Prompt}}","rejected":"{{_texts[pair.Id].B.Text}}","rejected_checkpoint":"p1","rejected_id":"{{pair.B}}","replayed":false,"selection_propensity":1.000000,"selection_strategy":"uniform","split_key":"train","strength":2.000000,"tie_share":0.000000}""" + "\n",
            Encoding.UTF8.GetString(tables.Files[$"data/dpo/train-{pair.Id.Value[3..5]}.jsonl"]));
    }

    [Fact]
    public void The_golden_version_of_majority_1_never_changes()
    {
        var tables = Build(s_recipe, [.. Enumerable.Range(1, 40).Select(i => Pair(i, votes: (i % 5) switch { 0 => "t", 1 => "a1", 2 => "b3", 3 => "a b b2", _ => "x a" }, split: i % 7 is 0 ? "test" : "train"))]);
        var identity = VersionIdentity.Of(s_recipe.Canonical(), tables);
        Assert.True(identity is "2d7b173c2d911f3fe26ec39ad41c03f6e69d3ef76af18671713828642ca15ec2", identity);
    }

    [Fact]
    public void The_order_of_reading_does_not_matter()
    {
        SourcePair[] pairs = [.. Enumerable.Range(1, 60).Select(i => Pair(i, votes: i % 2 is 0 ? "a1" : "b"))];
        var shuffled = pairs.OrderBy(pair => ContentHash.Hex(pair.Pair.Id.Value)).ToArray();
        Assert.Equal(VersionIdentity.Of("r", Build(s_recipe, pairs)), VersionIdentity.Of("r", Build(s_recipe, shuffled)));
    }

    [Fact]
    public void Head_to_head_ties_and_equal_texts_are_kept_but_never_trained_on()
    {
        var same = Pair(4, votes: "a1");
        _texts[same.Pair.Id] = _texts[same.Pair.Id] with { B = _texts[same.Pair.Id].A };
        var tables = Build(s_recipe, Pair(1, "a1"), Pair(2, "t"), Pair(3, "a1", purpose: Purpose.HeadToHead), same, Pair(5, "a b"), Pair(6, "x"));
        Assert.Equal((6, 7, 1, 0), (tables.Facts.Items, tables.Facts.Judgments, tables.Facts.DpoTrain, tables.Facts.DpoTest));
        Assert.Equal((1, 1, 1), (tables.Facts.Ties, tables.Facts.BothBad, tables.Facts.NoMajority));
    }

    [Fact]
    public void Surplus_superseded_and_withdrawn_votes_do_not_count()
    {
        var source = Pair(1, votes: "a1");
        var surplus = source.Judgments[0] with { Seq = 50, Event = source.Judgments[0].Event with { Counted = false, Verdict = new(Choice.B, 1), Id = Id(900) } };
        var dead = surplus with { Seq = 51, IsLive = false, Event = surplus.Event with { Counted = true, Id = Id(901) } };
        var tables = Build(s_recipe, source with { Judgments = [.. source.Judgments, surplus, dead] });
        Assert.Contains("\"n_judgments\":1", Encoding.UTF8.GetString(tables.Files.Single(file => file.Key.StartsWith("data/dpo", StringComparison.Ordinal)).Value), StringComparison.Ordinal);
        Assert.Equal(3, tables.Facts.Judgments);
    }

    [Fact]
    public void A_window_trains_on_new_rows_and_a_drawn_share_of_earlier_ones()
    {
        var earlier = Enumerable.Range(1, 40).Select(i => Pair(i, "a1")).ToArray();
        var fresh = Enumerable.Range(101, 10).Select(i => Pair(i, "b1", seq: 500)).ToArray();
        var window = s_recipe with { Replay = 0.5, Since = [new("0", 400, new('c', 64))] };
        var tables = Build(window, [.. earlier.Concat(fresh).Select(pair => pair with { SinceSeq = 400 })]);
        Assert.Equal((15, 5), (tables.Facts.DpoTrain, tables.Facts.Replayed));
        var drawn = ReplayRules.Draw(earlier.Select(pair => pair.Pair.Id), 1, 5);
        var rows = Encoding.UTF8.GetString(tables.Files.Where(file => file.Key.StartsWith("data/dpo", StringComparison.Ordinal)).SelectMany(file => file.Value).ToArray());
        Assert.All(drawn, pair => Assert.Contains($"\"pair_id\":\"{pair}\"", rows, StringComparison.Ordinal));
    }

    [Fact]
    public void A_version_without_rows_says_what_there_was()
    {
        var outcome = VersionTables.Build(s_recipe, [Pair(1, "t"), Pair(2, "x"), Pair(3, "a b"), Pair(4, "")], _texts);
        Assert.Equal(RefusalCodes.EmptyVersion, outcome.Refusal!.Code);
        Assert.EndsWith("4 votes on 4 pairs, of these in the window 1 ties, 1 both bad, 1 without a majority.", outcome.Refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_text_and_chat_prompts_are_not_mixed()
    {
        var (text, chat) = (Pair(1, "a1"), Pair(2, "a1"));
        _texts[chat.Pair.Id] = _texts[chat.Pair.Id] with { Prompt = new() { Messages = [new("user", "Hi")] } };
        Assert.Equal(RefusalCodes.BadRequest, VersionTables.Build(s_recipe, [text, chat], _texts).Refusal!.Code);
        Assert.Contains("\"chosen\":[{\"content\":", Encoding.UTF8.GetString(Build(s_recipe, chat).Files.Single(file => file.Key.StartsWith("data/dpo", StringComparison.Ordinal)).Value), StringComparison.Ordinal);
    }

    private VersionTables Build(Recipe recipe, params SourcePair[] pairs)
    {
        var outcome = VersionTables.Build(recipe, [.. pairs], _texts);
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    private SourcePair Pair(int number, string votes, string split = "train", Purpose purpose = Purpose.Vote, long seq = 1)
    {
        var prompt = PromptId.Of(new() { Text = $"Prompt {number}" });
        var responses = new[] { "yes", "no" }.Select(text => $"{text} {number}")
            .Select(text => new ResponseRow { ResponseId = ResponseId.Of(prompt, "p1", text), PromptId = prompt, Source = "p1", Text = text, Tokens = 7 }).OrderBy(row => row.ResponseId).ToArray();
        var at = new BlobSlice("projects/films/prompts/1.jsonl", 0, 1);
        var pair = new PairRecord
        {
            Id = PairId.Of(prompt, responses[0].ResponseId, responses[1].ResponseId), Prompt = prompt, PromptAt = at, A = responses[0].ResponseId, AAt = at, ASource = "p1",
            B = responses[1].ResponseId, BAt = at, BSource = "p1", Origin = purpose is Purpose.Vote ? "g1" : "r1", Split = split, Purpose = purpose,
        };
        _texts[pair.Id] = new(new() { Text = $"Prompt {number}" }, responses[0], responses[1]);
        var judgments = votes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((vote, i) => Judgment(pair, vote, (number - 1) * 10 + i + 1, seq + i));
        return new(pair, [.. judgments], 0);
    }

    private static SourceJudgment Judgment(PairRecord pair, string vote, int number, long seq) => new(seq, s_noon.AddSeconds(seq), new()
    {
        Id = Id(number), Pair = pair.Id, Annotator = new("an_" + number.ToString("x32", CultureInfo.InvariantCulture)), Lease = new("le_" + Id(number).Value),
        Verdict = new(vote[0] switch { 'a' => Choice.A, 'b' => Choice.B, 't' => Choice.Tie, _ => Choice.BothBad }, vote.Length > 1 ? vote[1] - '0' : null),
        Purpose = pair.Purpose, Order = ShownOrder.Ab, Counted = true, Body = new('0', 32), Guideline = 1,
    }, IsLive: true);

    private static JudgmentId Id(int number) => new(Ulid.FromBits((UInt128)number));
}

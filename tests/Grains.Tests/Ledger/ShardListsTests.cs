using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Ledger;

/// <summary>Lists against a plain filter over what was put in, with random filters and pages, while pairs and judgments still come.</summary>
public sealed class ShardListsTests
{
    private static readonly string[] s_policies = ["p0", "p1", "gpt", "p2"];
    private static readonly string[] s_langs = ["", "de", "de-AT", "en"];
    private static readonly string[] s_tags = ["law", "short"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Pairs_are_those_of_a_plain_filter_and_come_once_while_others_arrive(int seed)
    {
        var random = new Random(seed);
        var pairs = Enumerable.Range(0, 900).Select(i => Pair(i, random)).ToArray();
        var story = new ShardStory(pairs[..600]);
        Judge(story, pairs[..600], random, 500);
        for (var round = 0; round < 40; round++)
        {
            if (round == 20)
            {
                story.Reload();
            }

            var filter = Filter(random, pairs);
            var before = Plain(story.Index, pairs, filter).ToHashSet();
            var known = story.Index.PairCount;
            var seen = new List<PairId>();
            for (long? from = 0; from is { } at;)
            {
                var page = await LedgerShardLists.PairsAsync(story.Index, filter, at, random.Next(1, 50), default);
                seen.AddRange(page.Items.Select(item => item.Id));
                from = page.Next;
                if (known < pairs.Length && random.Next(4) == 0)
                {
                    var more = pairs[known..Math.Min(pairs.Length, known + 10)];
                    story.Apply(new PairsAdded($"projects/p/pairs/0/{known}.jsonl", new string('0', 64), more.Length), [.. more.Select(pair => new PairRow(pair, 0, 0))]);
                    known = story.Index.PairCount;
                }
            }

            Assert.Equal(seen.Count, seen.Distinct().Count());
            Assert.Subset(seen.ToHashSet(), before);
            Assert.Subset(Plain(story.Index, pairs, filter).ToHashSet(), seen.ToHashSet());
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Judgments_are_those_of_a_plain_filter_newest_first(int seed)
    {
        var random = new Random(seed);
        var pairs = Enumerable.Range(0, 200).Select(i => Pair(i, random)).ToArray();
        var story = new ShardStory(pairs);
        Judge(story, pairs, random, 600);
        var all = pairs.SelectMany(pair => story.Index.JudgmentItemsOf(pair.Id)).OrderByDescending(item => item.Judgment.Time).ToList();
        Assert.InRange(all.Count, 150, 600);
        for (var round = 0; round < 60; round++)
        {
            var filter = new JudgmentFilter
            {
                Annotator = random.Next(2) == 0 ? TestPairs.Annotator(random.Next(1, 9)) : null,
                Choice = random.Next(2) == 0 ? (Choice)random.Next(3) : null,
                Live = random.Next(2) == 0 ? random.Next(2) == 0 : null,
                Purpose = random.Next(3) == 0 ? Purpose.Vote : null,
                Pair = random.Next(4) == 0 ? all[random.Next(all.Count)].Pair : null,
                Since = random.Next(2) == 0 ? all[random.Next(all.Count)].Judgment.Time : null,
                Until = random.Next(2) == 0 ? all[random.Next(all.Count)].Judgment.Time : null,
            };
            var seen = new List<JudgmentItem>();
            for (long? before = long.MaxValue; before is { } time;)
            {
                var page = await LedgerShardLists.JudgmentsAsync(story.Index, filter, time, random.Next(1, 40), default);
                seen.AddRange(page.Items);
                before = page.Next;
            }

            Assert.Equal(
                all.Where(item => (filter.Annotator ?? item.Judgment.Annotator) == item.Judgment.Annotator && (filter.Pair ?? item.Pair) == item.Pair && (filter.Choice ?? item.Judgment.Verdict.Choice) == item.Judgment.Verdict.Choice
                    && (filter.Live ?? item.IsLive) == item.IsLive && (filter.Purpose ?? item.Judgment.Purpose) == item.Judgment.Purpose
                    && (filter.Since is null || item.Judgment.Time >= filter.Since) && (filter.Until is null || item.Judgment.Time < filter.Until)).Select(item => item.Judgment.Id),
                seen.Select(item => item.Judgment.Id));
        }
    }

    private static PairRecord Pair(int number, Random random)
    {
        var lang = s_langs[random.Next(s_langs.Length)];
        return TestPairs.Pair(number, overlap: 2, origin: random.Next(2) == 0 ? "g1" : "i2") with
        {
            ASource = s_policies[random.Next(4)],
            BSource = s_policies[random.Next(4)],
            Lang = lang.Length > 0 ? lang : null,
            Tags = random.Next(2) == 0 ? [s_tags[random.Next(2)]] : null,
        };
    }

    private static PairFilter Filter(Random random, PairRecord[] pairs) => new()
    {
        Policy = random.Next(3) == 0 ? s_policies[random.Next(4)] : null,
        Lang = random.Next(3) == 0 ? s_langs[random.Next(1, 4)] : null,
        Tag = random.Next(3) == 0 ? s_tags[random.Next(2)] : null,
        Prompt = random.Next(6) == 0 ? pairs[random.Next(pairs.Length)].Prompt : null,
        Origin = random.Next(3) == 0 ? "g1" : null,
        State = random.Next(3) == 0 ? PairState.Judged : null,
    };

    private static void Judge(ShardStory story, PairRecord[] pairs, Random random, int judgments)
    {
        var choices = new[] { ShownChoice.Left, ShownChoice.Right, ShownChoice.Tie, ShownChoice.Skip };
        for (var i = 0; i < judgments; i++)
        {
            var annotator = random.Next(1, 9);
            foreach (var id in story.LeasedPairs(annotator, 1))
            {
                story.Submit(i + 1, pairs.First(pair => pair.Id == id), annotator, choices[random.Next(4)]);
                story.Now += TimeSpan.FromSeconds(1);
            }
        }
    }

    private static IEnumerable<PairId> Plain(ShardIndex index, PairRecord[] pairs, PairFilter filter) => pairs
        .Where(pair => index.TryFindPair(pair.Id) is >= 0 and var number
            && (filter.Policy is null || pair.ASource == filter.Policy || pair.BSource == filter.Policy)
            && new PromptFilter { Lang = filter.Lang, Tag = filter.Tag }.Fits(new(pair.Lang, pair.Tags ?? []))
            && (filter.Prompt ?? pair.Prompt) == pair.Prompt && (filter.Origin ?? pair.Origin) == pair.Origin
            && (filter.State is null || index.ItemOf(number).State == filter.State))
        .Select(pair => pair.Id);
}

/// <summary>All judgments of a pair as lists show them, read by the pair and not by time.</summary>
internal static class JudgmentsOfPairs
{
    public static IEnumerable<JudgmentItem> JudgmentItemsOf(this ShardIndex index, PairId id)
    {
        for (var judgment = index.Pair(index.TryFindPair(id)).FirstJudgment; judgment != ShardIndex.None; judgment = index.Judgment(judgment).NextOfPair)
        {
            yield return index.ItemOfJudgment(judgment);
        }
    }
}

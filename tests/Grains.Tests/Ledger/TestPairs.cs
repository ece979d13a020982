using System.Globalization;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Testing;

/// <summary>Pairs, people and judgments by number: the same number is always the same id.</summary>
internal static class TestPairs
{
    public static PairRecord Pair(int number, int overlap = 1, Purpose purpose = Purpose.Vote, int priority = 0, string origin = "g1")
    {
        var prompt = new PromptId(ContentHash.Id("pr", $"prompt {number}"));
        var (one, other) = (ResponseId.Of(prompt, "p0", $"yes {number}"), ResponseId.Of(prompt, "p0", $"no {number}"));
        var (a, b) = one.CompareTo(other) < 0 ? (one, other) : (other, one);
        var at = new BlobSlice("projects/p/prompts/1.jsonl", 100L * number, 99);
        return new PairRecord
        {
            Id = PairId.Of(prompt, a, b),
            Prompt = prompt,
            PromptAt = at,
            A = a,
            AAt = at,
            ASource = "p0",
            B = b,
            BAt = at,
            BSource = "p0",
            Overlap = overlap,
            Purpose = purpose,
            Priority = priority,
            Origin = origin,
        };
    }

    public static PairRecord Ranking(int number, int responses, int overlap = 1)
    {
        var pair = Pair(number, overlap, Purpose.Ranking);
        ResponseId[] ids = [.. Enumerable.Range(0, responses).Select(i => ResponseId.Of(pair.Prompt, "p0", $"answer {i} of {number}")).Order()];
        return pair with
        {
            Id = PairId.OfRanking(pair.Prompt, ids),
            A = ids[0],
            B = ids[1],
            More = responses > 2 ? [.. ids[2..].Select(id => new RankedResponse(id, pair.BAt, "p0"))] : null,
        };
    }

    public static byte[] Segment(IEnumerable<PairRecord> pairs) => [.. pairs.SelectMany(PairSegment.ToLine)];

    public static AnnotatorId Annotator(int number) => new("an_" + number.ToString("x32", CultureInfo.InvariantCulture));

    public static JudgmentId Judgment(long number) => new(Ulid.FromBits((UInt128)number));
}

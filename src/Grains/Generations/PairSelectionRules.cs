using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Generations;

/// <summary>Which two responses to a prompt are shown. Chance comes from hashes of seed, generation and prompt: the same responses always give the same pairs.</summary>
public static class PairSelectionRules
{
    /// <summary>Two samples of one policy, or null when fewer than two usable distinct ones are left.</summary>
    /// <param name="samples">All samples of the prompt, in sample order.</param>
    /// <param name="byReward">Choose by implicit reward log π − log π0: half highest against a random lower one, three tenths smallest margin, the rest uniform. Else uniform.</param>
    /// <param name="seed">Seed of the project.</param>
    /// <param name="generation">Number of the generation.</param>
    public static SelectedPair? FromOne(IReadOnlyList<JobResponse> samples, bool byReward, long seed, int generation)
    {
        var usable = samples.Where(IsUsable).DistinctBy(response => response.Text).ToImmutableArray();
        if (usable.Length < 2)
        {
            return null;
        }

        var chance = new Chance(seed, generation, usable[0].PromptId);
        if (!byReward || usable.Length is 2 || usable.Any(response => response.ReferenceLogProb is null))
        {
            return Uniform(usable, chance);
        }

        var ranked = usable.OrderByDescending(Reward).ThenBy(response => response.Sample).ToImmutableArray();
        return chance.Below(10, "strategy") switch
        {
            < 5 => new(ranked[0], ranked[1 + chance.Below(ranked.Length - 1, "lower")], "high-low", 1.0 / (ranked.Length - 1)),
            < 8 => Closest(ranked),
            _ => Uniform(usable, chance),
        };
    }

    /// <summary>A response of the active policy against one of its parent, or null when one is unusable or they are equal.</summary>
    public static SelectedPair? OldNew(JobResponse? active, JobResponse? parent) =>
        active is not null && parent is not null && IsUsable(active) && IsUsable(parent) && active.Text != parent.Text ? new(active, parent, "old-new", 1) : null;

    /// <summary>Whether prompt number <paramref name="index"/> of a generation is for old against new: the share is spread evenly over the prompts.</summary>
    public static bool IsOldNew(int index, double share) => Math.Floor((index + 1) * share) > Math.Floor(index * share);

    /// <summary>How many of a generation's pairs are old against new.</summary>
    public static int OldNewPairs(int pairs, double share) => (int)Math.Round(pairs * share, MidpointRounding.AwayFromZero);

    private static bool IsUsable(JobResponse response) => response.Finished && !string.IsNullOrWhiteSpace(response.Text);

    private static double Reward(JobResponse response) => response.LogProb - response.ReferenceLogProb!.Value;

    private static SelectedPair Uniform(ImmutableArray<JobResponse> usable, Chance chance)
    {
        var first = chance.Below(usable.Length, "first");
        var second = chance.Below(usable.Length - 1, "second");
        second += second >= first ? 1 : 0;
        return new(usable[first], usable[second], "uniform", 2.0 / (usable.Length * (usable.Length - 1)));
    }

    private static SelectedPair Closest(ImmutableArray<JobResponse> ranked)
    {
        var at = Enumerable.Range(0, ranked.Length - 1).MinBy(i => Reward(ranked[i]) - Reward(ranked[i + 1]));
        return new(ranked[at], ranked[at + 1], "close", 1);
    }

    private readonly record struct Chance(long Seed, int Generation, string Prompt)
    {
        public int Below(int count, string what)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"pick/1\n{Seed}\n{Generation}\n{Prompt}\n{what}");
            return (int)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) % (ulong)count);
        }
    }
}

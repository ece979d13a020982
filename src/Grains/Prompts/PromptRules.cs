using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>Split and order of prompts: both follow from hashes alone.</summary>
public static class PromptRules
{
    /// <summary>train or test: the first eight bytes of SHA-256(<c>split/1</c>, project, prompt) as a share of 2⁶⁴, test when below <paramref name="testShare"/>.</summary>
    public static string SplitOf(ProjectId project, PromptId prompt, double testShare) =>
        Number($"split/1\n{project.Value}\n{prompt.Value}") / Math.Pow(2, 64) < testShare ? "test" : "train";

    /// <summary>The seeded order of prompts: ascending SHA-256(<c>draw/1</c>, seed, prompt) by its first eight bytes, then by id.</summary>
    public static ImmutableArray<PromptId> Order(IEnumerable<PromptId> prompts, long seed) =>
    [
        .. prompts.Select(prompt => (Key: DrawKey(prompt, seed), Id: prompt))
            .OrderBy(item => item.Key).ThenBy(item => item.Id).Select(item => item.Id),
    ];

    /// <summary>What the drawn order of a seed sorts by, before the id.</summary>
    internal static ulong DrawKey(PromptId prompt, long seed) => Number(string.Create(CultureInfo.InvariantCulture, $"draw/1\n{seed}\n{prompt.Value}"));

    private static ulong Number(string text) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

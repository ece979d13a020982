using System.Security.Cryptography;
using System.Text;

namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>Which prompts are kept for evaluation: a tenth, by a hash of the prompt, so no list has to be remembered.</summary>
internal static class PromptSplit
{
    public const string Training = "train";
    public const string HeldOut = "held-out";

    public static string Of(string prompt) => SHA256.HashData(Encoding.UTF8.GetBytes(prompt))[0] % 10 == 0 ? HeldOut : Training;
}

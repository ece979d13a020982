using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Who wrote an imported response.</summary>
internal static class ResponseSource
{
    /// <summary>Where nobody is named.</summary>
    public const string Unknown = "import";

    /// <summary>What a name must be, as the end of a sentence.</summary>
    public const string Rule = "has at most 100 characters, no control characters, and is not the name of a policy such as p3.";

    /// <summary>False for what would be taken for something else.</summary>
    public static bool IsName(string source) => source.Length <= 100 && !source.Any(char.IsControl) && !NumberedName.TryParse('p', source, out _);

    /// <summary>A response with its id.</summary>
    public static ResponseRow Response(PromptId prompt, string source, string text) => new() { ResponseId = ResponseId.Of(prompt, source, text), PromptId = prompt, Source = source, Text = text };
}

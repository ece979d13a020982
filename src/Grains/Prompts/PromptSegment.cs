namespace Orleans.Dpo.Grains.Prompts;

/// <summary>One segment of a project's prompts, as its catalog stores it.</summary>
public sealed record PromptSegment
{
    /// <summary>The blob.</summary>
    public required string Blob { get; init; }

    /// <summary>SHA-256 of the blob.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Share held out when the segment was added: a later change of the setting moves no prompt that is known.</summary>
    public required double TestShare { get; init; }
}

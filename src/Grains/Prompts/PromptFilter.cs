namespace Orleans.Dpo.Grains.Prompts;

/// <summary>Which prompts a list shows. Absent members do not matter.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.prompt-filter")]
public sealed record PromptFilter
{
    /// <summary>train or test.</summary>
    [Id(0)] public string? Split { get; init; }

    /// <summary>A language range, see <see cref="PromptLabels.IsIn"/>.</summary>
    [Id(1)] public string? Lang { get; init; }

    /// <summary>A tag.</summary>
    [Id(2)] public string? Tag { get; init; }

    /// <summary>Whether labels fit; null stands for a prompt without any.</summary>
    public bool Fits(PromptLabels? labels) =>
        (Lang is null || labels?.IsIn(Lang) is true) && (Tag is null || labels?.Has(Tag) is true);
}

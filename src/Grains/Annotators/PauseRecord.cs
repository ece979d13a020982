namespace Orleans.Dpo.Grains.Annotators;

/// <summary>One time that an annotator was kept from a project's pairs.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.pause-record")]
public sealed record PauseRecord
{
    /// <summary>Who.</summary>
    [Id(0)] public required AnnotatorId Annotator { get; init; }

    /// <summary><c>gold</c>, <c>reliability</c> or <c>operator</c>.</summary>
    [Id(1)] public required string Cause { get; init; }

    /// <summary>The evidence as a sentence, without texts or names.</summary>
    [Id(2)] public required string Evidence { get; init; }

    /// <summary>The operator, or <c>agreement</c> for the service.</summary>
    [Id(3)] public required string By { get; init; }

    /// <summary>Since when.</summary>
    [Id(4)] public required DateTimeOffset Since { get; init; }

    /// <summary>When it was lifted; null while it lasts.</summary>
    [Id(5)] public DateTimeOffset? Lifted { get; init; }

    /// <summary>The operator who lifted it.</summary>
    [Id(6)] public string? LiftedBy { get; init; }
}

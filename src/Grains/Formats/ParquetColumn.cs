using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>What a column of a table holds. Every value may be null.</summary>
public enum ParquetKind
{
    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>A 64-bit integer.</summary>
    Whole,

    /// <summary>A 64-bit floating-point number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>A list of <c>{content, role}</c>.</summary>
    Messages,

    /// <summary>A list of <c>{aspect, rating}</c>, a text and an integer.</summary>
    Ratings,
}

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name, and the member of the JSON rows.</param>
/// <param name="Kind">What it holds.</param>
public sealed record ParquetColumn(string Name, ParquetKind Kind)
{
    /// <summary>Largest definition level: how deep a value may be missing.</summary>
    internal int MaxDefinition => Kind switch { ParquetKind.Texts => 3, ParquetKind.Messages or ParquetKind.Ratings => 4, _ => 1 };

    /// <summary>Values are lists.</summary>
    internal bool IsList => Kind is ParquetKind.Texts or ParquetKind.Messages or ParquetKind.Ratings;

    /// <summary>Values are lists of objects.</summary>
    internal bool IsStructs => Kind is ParquetKind.Messages or ParquetKind.Ratings;

    /// <summary>Paths of the leaves, each from the root.</summary>
    internal ImmutableArray<ImmutableArray<string>> Leaves => Kind switch
    {
        ParquetKind.Texts => [[Name, "list", "element"]],
        ParquetKind.Messages => [[Name, "list", "element", "content"], [Name, "list", "element", "role"]],
        ParquetKind.Ratings => [[Name, "list", "element", "aspect"], [Name, "list", "element", "rating"]],
        _ => [[Name]],
    };
}

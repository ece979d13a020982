using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What a recipe adds to a session of its own.</summary>
internal sealed record SessionExtras
{
    public static readonly SessionExtras None = new();

    /// <summary>Parameters trained beside the decoder's, such as a reward head; kept in checkpoints.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Trained { get; init; } = [];

    /// <summary>Further tensors that a checkpoint keeps and a resumed run gets back.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Kept { get; init; } = [];

    /// <summary>Rows are drawn in proportion to these, with replacement; null: every row once an epoch.</summary>
    public IReadOnlyList<double>? SamplingWeights { get; init; }

    /// <summary>Called with the number of updates done after each update, before a checkpoint is kept.</summary>
    public Action<int>? Updated { get; init; }

    /// <summary>What rows are called, in their order; null where they have no names. With names, the margins of pairs are kept over time.</summary>
    public IReadOnlyList<RowName>? RowNames { get; init; }

    /// <summary>Rows left out by rule <c>drop-too-long</c>.</summary>
    public int? RowsTooLong { get; init; }

    /// <summary>Writes the result into an existing folder, where it is not the decoder itself.</summary>
    public Action<string>? WritePolicy { get; init; }

    internal IEnumerable<KeyValuePair<string, Tensor>> Beside =>
        [.. Kept, .. Trained.Select(entry => KeyValuePair.Create(entry.Name, (Tensor)entry.Parameter))];
}

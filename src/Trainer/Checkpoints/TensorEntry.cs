using System.Collections.Immutable;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>Where one tensor lies in a safetensors file. Offsets count from the first byte after the header.</summary>
internal sealed record TensorEntry(string Name, torch.ScalarType Type, ImmutableArray<long> Shape, long Begin, long End)
{
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}

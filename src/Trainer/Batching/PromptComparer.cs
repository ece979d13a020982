namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Compares prompts by their tokens.</summary>
internal sealed class PromptComparer : IEqualityComparer<int[]>
{
    public static PromptComparer Instance { get; } = new();

    public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(int[] obj)
    {
        var hash = new HashCode();
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(obj.AsSpan()));
        return hash.ToHashCode();
    }
}

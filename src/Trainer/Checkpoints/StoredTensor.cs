using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>A tensor to be written: its content is asked for when its turn comes, so that merged or converted weights exist one at a time.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Type">F32, F16 or BF16, whatever type the content has.</param>
/// <param name="Content">The elements, on any device.</param>
internal sealed record StoredTensor(string Name, long[] Shape, ScalarType Type, Func<Tensor> Content)
{
    public long Bytes => Shape.Aggregate((long)SafetensorsHeader.SizeOf(Type), (product, size) => product * size);
}

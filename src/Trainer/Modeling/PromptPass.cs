using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>The first pass over prompts: attention sees the prompt itself, and its keys and values go to the slots that continue it.</summary>
/// <param name="cache">Where decoding goes on.</param>
/// <param name="prompts">For each filled slot the row of its prompt in the pass: [slots].</param>
/// <param name="rows">The cache rows to write, from <see cref="KeyValueCache.PromptRows"/>.</param>
internal sealed class PromptPass(KeyValueCache cache, Tensor prompts, Tensor rows) : IKeyValueSink
{
    public (Tensor Keys, Tensor Values) Exchange(int layer, Tensor keys, Tensor values)
    {
        cache.Store(layer, keys.index_select(0, prompts), values.index_select(0, prompts), rows);
        var shape = keys.shape; // [B, KV, T, D]
        return (keys.reshape(-1, shape[2], shape[3]), values.reshape(-1, shape[2], shape[3]));
    }
}

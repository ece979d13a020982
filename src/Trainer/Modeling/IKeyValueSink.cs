using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Takes each layer's new keys and values and says which ones the queries look at. A prompt's first pass and a decoding step differ here only.</summary>
internal interface IKeyValueSink
{
    /// <param name="layer">Layer number from 0.</param>
    /// <param name="keys">Turned keys [B, KV, T, D].</param>
    /// <param name="values">Values [B, KV, T, D].</param>
    /// <returns>Keys and values to attend to, both [B·KV, L, D].</returns>
    (Tensor Keys, Tensor Values) Exchange(int layer, Tensor keys, Tensor values);
}

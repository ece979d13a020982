using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>How a model's weights are stored.</summary>
/// <param name="Type">float32, float16 or bfloat16; null keeps the type the model has in memory.</param>
/// <param name="ShardBytes">Largest file in bytes; a model above it is written as several with an index. A single tensor above it gets a file of its own.</param>
internal sealed record WriteOptions(ScalarType? Type = null, long ShardBytes = 5_000_000_000);

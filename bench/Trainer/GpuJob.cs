namespace Orleans.Dpo.Bench.Trainer;

/// <summary>What a side of the GPU comparison is told; the file that bench/peers/gpu_reference.py reads.</summary>
internal sealed record GpuJob
{
    public required string What { get; init; }

    public required string Device { get; init; }

    /// <summary>PyTorch's name of the type: bfloat16 or float32.</summary>
    public string Type { get; init; } = "bfloat16";

    public string Model { get; init; } = "";

    public string Rows { get; init; } = "";

    public int[][] Steps { get; init; } = [];

    public double Beta { get; init; } = 0.1;

    public int[][] Prompts { get; init; } = [];

    public int Tokens { get; init; }

    public int Samples { get; init; }
}

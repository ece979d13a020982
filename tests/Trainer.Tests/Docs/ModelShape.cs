namespace Orleans.Dpo.Trainer.Tests.Docs;

/// <summary>The numbers of a published model that decide how much memory it takes.</summary>
internal sealed record ModelShape(
    string Name, int Layers, int Hidden, int Heads, int KeyValueHeads, int HeadSize, int Inner, int Vocabulary, bool Tied, long Published, string Family = "llama", int Positions = 0)
{
    /// <summary>All weights P.</summary>
    public long Weights
    {
        get
        {
            var matrices = Linear.Sum(size => (long)size.Inputs * size.Outputs);
            var vectors = Family switch
            {
                "gpt2" => (4L * Hidden) + Linear.Sum(size => (long)size.Outputs),
                "qwen2" => (2L * Hidden) + ((Heads + (2L * KeyValueHeads)) * HeadSize),
                "qwen3" => (2L * Hidden) + (2L * HeadSize),
                _ => 2L * Hidden,
            };
            var ends = Family == "gpt2" ? 2L * Hidden : Hidden;
            return (Layers * (matrices + vectors)) + ends + ((long)Hidden * ((Vocabulary * (Tied ? 1 : 2)) + Positions));
        }
    }

    /// <summary>r·(in + out) over every matrix of the layers.</summary>
    public long AdapterWeights(int rank) => Layers * (long)rank * Linear.Sum(size => (long)size.Inputs + size.Outputs);

    private (int Inputs, int Outputs)[] Linear => Family == "gpt2"
        ? [(Hidden, 3 * Hidden), (Hidden, Hidden), (Hidden, Inner), (Inner, Hidden)]
        :
        [
            (Hidden, Heads * HeadSize), (Hidden, KeyValueHeads * HeadSize), (Hidden, KeyValueHeads * HeadSize), (Heads * HeadSize, Hidden),
            (Hidden, Inner), (Hidden, Inner), (Inner, Hidden),
        ];
}

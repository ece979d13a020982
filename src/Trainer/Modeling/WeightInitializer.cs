using Orleans.Dpo.Trainer.Randomness;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Fills a fresh model: embedding N(0, 0.02²), other matrices N(0, 0.64 / fan-in), those that write into the residual stream further divided by √(2·layers); norms 1, biases 0.</summary>
/// <remarks>Numbers come from our own generator, so a seed gives the same weights with every version of the tensor library.</remarks>
internal static class WeightInitializer
{
    public static void Fill(CausalDecoder model, long seed)
    {
        var index = 0;
        foreach (var (name, parameter) in model.named_parameters().OrderBy(entry => entry.name, StringComparer.Ordinal))
        {
            index++;
            using var grad = no_grad();
            if (parameter.dim() < 2)
            {
                parameter.fill_(name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : 1);
                continue;
            }

            var deviation = Deviation(name, parameter.shape[InputDimension(name, model.Config)], model.Config.Layers);
            var random = CounterRandom.From(seed, index);
            var values = new float[parameter.numel()];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(deviation * random.Normal(i));
            }

            using var scope = NewDisposeScope();
            parameter.copy_(tensor(values).reshape(parameter.shape));
        }
    }

    /// <summary>GPT-2 stores the matrices of its layers [in, out].</summary>
    private static int InputDimension(string name, DecoderConfig config) =>
        config.ModelType == "gpt2" && name.Contains(".h.", StringComparison.Ordinal) ? 0 : 1;

    private static double Deviation(string name, long fanIn, int layers)
    {
        bool Is(params ReadOnlySpan<string> endings)
        {
            foreach (var ending in endings)
            {
                if (name.EndsWith(ending, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }

        if (Is("embed_tokens.weight", "wte.weight", "wpe.weight"))
        {
            return 0.02;
        }

        var writesResidual = Is("o_proj.weight", "down_proj.weight", "c_proj.weight");
        return 0.8 / Math.Sqrt(fanIn) / (writesResidual ? Math.Sqrt(2 * layers) : 1);
    }
}

using System.Collections.Immutable;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Randomness;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling.Adapters;

/// <summary>Puts adapters on a model's projections and freezes everything else.</summary>
internal static class LoraAdapters
{
    /// <summary>Fresh adapters: A uniform in ±1/√in, B zero, so that the model computes what it did before.</summary>
    /// <remarks>Numbers come from our own generator, so a seed gives the same adapters with every version of the tensor library.</remarks>
    /// <exception cref="TrainerException">A target names no projection, or there are adapters already.</exception>
    public static void Attach(CausalDecoder model, LoraOptions options, long seed)
    {
        using var grad = no_grad();
        var index = 0;
        foreach (var (_, projection) in Place(model, options))
        {
            using var scope = NewDisposeScope();
            var random = CounterRandom.From(seed, ++index);
            var values = new float[options.Rank * projection.Inputs];
            var bound = 1 / Math.Sqrt(projection.Inputs);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(((2 * random.Uniform(i)) - 1) * bound);
            }

            projection.Adapter!.A.weight.copy_(tensor(values).reshape(options.Rank, projection.Inputs));
            projection.Adapter.B.weight.zero_();
        }
    }

    /// <summary>The adapters of a model, in the order of its projections.</summary>
    public static IEnumerable<LoraAdapter> Of(CausalDecoder model) =>
        Projections(model).Select(entry => entry.Projection.Adapter).OfType<LoraAdapter>();

    public static bool On(CausalDecoder model) => Of(model).Any();

    /// <summary>Whether a parameter belongs to an adapter.</summary>
    public static bool Holds(string parameterName) =>
        parameterName.EndsWith(".lora_A.weight", StringComparison.Ordinal) || parameterName.EndsWith(".lora_B.weight", StringComparison.Ordinal);

    /// <summary>A model's projections by checkpoint name.</summary>
    public static IEnumerable<(string Name, Projection Projection)> Projections(CausalDecoder model) =>
        model.named_modules().Where(entry => entry.module is Projection).Select(entry => (entry.name, (Projection)entry.module));

    /// <summary>Attaches adapters whose matrices are not set yet; all else loses its gradient.</summary>
    internal static ImmutableArray<(string Name, Projection Projection)> Place(CausalDecoder model, LoraOptions options)
    {
        if (On(model))
        {
            throw TrainerException.BadInput("The model has adapters already. Merge them first, or go on training those.");
        }

        var chosen = Chosen(model, options.Targets);
        foreach (var parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        foreach (var (_, projection) in chosen)
        {
            projection.Attach(new LoraAdapter(projection, options));
        }

        return chosen;
    }

    private static ImmutableArray<(string Name, Projection Projection)> Chosen(CausalDecoder model, ImmutableArray<string> targets)
    {
        (string Name, Projection Projection)[] all = [.. Projections(model).Where(entry => entry.Name != "lm_head")];
        if (targets is [LoraOptions.AllLinear])
        {
            return [.. all];
        }

        static bool Matches(string name, string target) => name == target || name.EndsWith($".{target}", StringComparison.Ordinal);

        if (targets.IsDefaultOrEmpty || targets.FirstOrDefault(target => !all.Any(entry => Matches(entry.Name, target))) is not null)
        {
            var names = string.Join(", ", all.Select(entry => entry.Name[(entry.Name.LastIndexOf('.') + 1)..]).Distinct(StringComparer.Ordinal));
            var unknown = targets.IsDefaultOrEmpty ? "none is given" : $"{targets.First(target => !all.Any(entry => Matches(entry.Name, target)))} is none";
            throw TrainerException.BadInput($"LoRA targets are {names} or {LoraOptions.AllLinear} in a {model.Config.ModelType} model; {unknown}.");
        }

        return [.. all.Where(entry => targets.Any(target => Matches(entry.Name, target)))];
    }
}

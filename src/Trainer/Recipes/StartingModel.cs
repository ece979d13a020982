using System.Security.Cryptography;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What a run starts from: a model, with fresh adapters, with adapters of its own, or without.</summary>
internal static class StartingModel
{
    public static CausalDecoder Load(TrainingOptions training) =>
        Prepare(ModelFolder.Load(training.Model, device(training.Device), training.DType), training);

    /// <summary>A model of the folder's config with random weights.</summary>
    public static CausalDecoder Fresh(TrainingOptions training)
    {
        var model = CausalDecoder.Create(DecoderConfigReader.Read(training.Model), device(training.Device), training.DType);
        WeightInitializer.Fill(model, training.Seed);
        return Prepare(model, training);
    }

    /// <summary>Hash of the starting policy; with an adapter of its own, of both together. Fresh adapters change nothing yet.</summary>
    public static string Hash(TrainingOptions training)
    {
        var model = PolicyHash.Of(training.Model);
        return training.Adapter is { } adapter
            ? Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(model + PolicyHash.OfFile(Path.Combine(adapter, AdapterFolder.WeightsName)))))
            : model;
    }

    private static CausalDecoder Prepare(CausalDecoder model, TrainingOptions training)
    {
        if (training.Adapter is { } adapter)
        {
            AdapterFolder.Attach(model, adapter);
        }
        else if (training.Lora is { } lora)
        {
            LoraAdapters.Attach(model, lora, training.Seed);
        }

        model.GradientCheckpointing = training.GradientCheckpointing;
        return model;
    }
}

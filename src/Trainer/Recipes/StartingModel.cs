using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What a run starts from: a model as stored, with its own adapters where its folder is an adapter's, or with fresh ones, which change nothing yet.</summary>
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

    /// <summary>Whether adapters alone are trained.</summary>
    public static bool HasAdapters(TrainingOptions training) => training.Lora is not null || AdapterFolder.Is(training.Model);

    private static CausalDecoder Prepare(CausalDecoder model, TrainingOptions training)
    {
        if (training.Lora is { } lora)
        {
            LoraAdapters.Attach(model, lora, training.Seed);
        }

        model.GradientCheckpointing = training.GradientCheckpointing;
        return model;
    }
}

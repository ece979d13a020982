using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Recipes;

namespace Orleans.Dpo.Trainer.Tests.Recipes;

public sealed class SftRecipeTests
{
    [Fact]
    public void A_fresh_model_learns_texts_and_a_longer_step_counts_every_token_alike()
    {
        using var scratch = new ScratchFolder();
        string[] rows = [.. Enumerable.Range(0, 30).Select(i => i % 2 == 0
            ? """{"text":"In this comedy about a young baker, the plot is good. Skip it."}"""
            : """{"text":"The plot drags."}""")];
        var training = TrainingRun.Options(scratch, TinyPolicy.Shape(scratch, "shape"), scratch.Write("rows.jsonl", rows), "whole") with { LearningRate = 1e-2, Epochs = 8, BucketSteps = 2 };
        var validation = scratch.Write("validation.jsonl", rows[..2]);
        using var control = new ControlLines();
        var metrics = new List<double>();
        var outcome = SftRecipe.Run(new SftOptions { Training = training, RandomStart = true, ValidationRows = validation }, control, line => metrics.Add(line.Loss));
        Assert.Equal(Math.Log(1232), metrics[0], 0.3);
        Assert.True(outcome.Loss < 2, $"loss {outcome.Loss}");
        Assert.True(outcome.ValidationLoss < 2, $"validation {outcome.ValidationLoss}");

        var split = new List<double>();
        SftRecipe.Run(
            new SftOptions { Training = training with { BatchSize = 1, AccumulationSteps = 4, Output = scratch.File("split"), Checkpoints = scratch.File("split/c") }, RandomStart = true },
            control, line => split.Add(line.Loss));
        Close.To(metrics, [.. split.Select(loss => (float)loss)], 1e-3);
    }
}

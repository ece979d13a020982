using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Modeling;

public sealed class GradientCheckpointingTests
{
    [Theory]
    [MemberData(nameof(GoldenModel.All), MemberType = typeof(GoldenModel))]
    public void Loss_and_gradients_are_those_without_it(string name)
    {
        var golden = new GoldenModel(name);
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        var plain = Gradients(model, golden.Ids);
        model.GradientCheckpointing = true;
        var recomputed = Gradients(model, golden.Ids);
        Assert.Equal(plain.Loss, recomputed.Loss);
        Assert.Equal(model.Trainable().Count(), recomputed.ByName.Count);
        Assert.All(plain.ByName, entry => Close.To(entry.Value, recomputed.ByName[entry.Key], 1e-6));
    }

    [Fact]
    public void A_pass_whose_loss_is_never_propagated_changes_nothing()
    {
        var golden = new GoldenModel("tied");
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        model.GradientCheckpointing = true;
        var once = Gradients(model, golden.Ids);
        _ = model.Hidden(Input(golden.Ids[..5]));
        var again = Gradients(model, golden.Ids);
        Assert.All(once.ByName, entry => Assert.Equal(entry.Value, again.ByName[entry.Key]));
    }

    /// <summary>Two passes in one loss, as a batch in groups has.</summary>
    private static (float Loss, Dictionary<string, float[]> ByName) Gradients(CausalDecoder model, int[] ids)
    {
        model.zero_grad();
        var loss = model.Logits(model.Hidden(Input(ids))).logsumexp(-1).mean() + model.Logits(model.Hidden(Input(ids[..7]))).tanh().sum();
        model.Backward(loss);
        return (loss.ToSingle(), model.Trainable().ToDictionary(entry => entry.Name, entry => entry.Parameter.grad!.contiguous().data<float>().ToArray()));
    }

    private static Tensor Input(int[] ids) => tensor(Array.ConvertAll(ids, id => (long)id)).reshape(1, ids.Length);
}

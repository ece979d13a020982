using Orleans.Dpo.Trainer.LogProbabilities;
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
        var plain = Gradients(model, golden);
        model.GradientCheckpointing = true;
        var recomputed = Gradients(model, golden);
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
        var once = Gradients(model, golden);
        _ = model.Hidden(Input(golden.Ids[..5]));
        var again = Gradients(model, golden);
        Assert.All(once.ByName, entry => Assert.Equal(entry.Value, again.ByName[entry.Key]));
    }

    /// <summary>Three passes in one loss: two of whole sequences and a packed stream of answers.</summary>
    private static (float Loss, Dictionary<string, float[]> ByName) Gradients(CausalDecoder model, GoldenModel golden)
    {
        model.zero_grad();
        var ids = golden.Ids;
        var answers = ResponseLogProbs.Sums(model, [.. golden.Pairs.SelectMany(pair => new[] { pair.Chosen, pair.Rejected })]);
        var loss = model.Logits(model.Hidden(Input(ids))).logsumexp(-1).mean() + model.Logits(model.Hidden(Input(ids[..7]))).tanh().sum() - answers.mean();
        model.Backward(loss);
        return (loss.ToSingle(), model.Trainable().ToDictionary(entry => entry.Name, entry => entry.Parameter.grad!.contiguous().data<float>().ToArray()));
    }

    private static Tensor Input(int[] ids) => tensor(Array.ConvertAll(ids, id => (long)id)).reshape(1, ids.Length);
}

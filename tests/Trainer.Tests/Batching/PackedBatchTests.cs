using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Tests.Batching;

/// <summary>However rows are laid out, log-probabilities and gradients are those of a padded batch that scores every position.</summary>
public sealed class PackedBatchTests
{
    private const int Wide = 4096; // every bundle alone, nothing filled
    private const int Narrow = 8;  // bundles of different lengths in one group, filled up

    [Theory]
    [InlineData("tied", Wide, true)]
    [InlineData("tied", Wide, false)]
    [InlineData("tied", Narrow, true)]
    [InlineData("untied", Narrow, false)]
    public void Every_layout_has_the_values_and_gradients_of_the_padded_batch(string name, int width, bool sharePrompts)
    {
        using var model = new GoldenModel(name).Load();
        var rows = Rows();
        var slopes = Enumerable.Range(0, rows.Sum(row => row.ResponseLength)).Select(i => (float)Math.Sin(i + 1)).ToArray();
        var (expected, expectedGradients) = Run(model, slopes, () => Padded(model, rows));
        var (actual, gradients) = Run(model, slopes, () => ResponseLogProbs.PerToken(model, new PackedBatch(rows, width, CPU, sharePrompts)));
        Close.To(expected, actual);
        foreach (var (parameter, gradient) in expectedGradients)
        {
            Close.To(gradient, gradients[parameter]);
        }
    }

    [Fact]
    public void Rows_with_one_prompt_read_it_once()
    {
        using var scope = NewDisposeScope();
        TokenRow[] rows = [new([5, 6, 7, 1, 2], 3), new([5, 6, 8, 3, 4], 3), new([5, 6, 7, 9, 9, 9], 3)];
        var batch = new PackedBatch(rows, Wide, CPU);
        Assert.Equal([5L, 6, 7, 1, 9, 9, 5, 6, 8, 3], batch.Tokens.Ids.data<long>().ToArray());
        Assert.Equal([0L, 1, 2, 3, 3, 4, 0, 1, 2, 3], batch.Tokens.Positions.data<long>().ToArray());
        Assert.Equal([2L, 3, 8, 9, 2, 4, 5], batch.States.data<long>().ToArray());
        Assert.Equal([1L, 2, 3, 4, 9, 9, 9], batch.Targets.data<long>().ToArray());
        Assert.Equal([0, 0, 1, 1, 2, 2, 2], batch.Owners);
        Assert.Equal([(1, 6), (1, 4)], batch.Tokens.Groups.Select(group => (group.Rows, group.Length)));
    }

    [Fact]
    public void A_bundle_does_not_grow_where_attention_over_it_costs_more_than_a_second_pass_over_the_prompt()
    {
        TokenRow Row(int prompt, int answer) => new([.. Enumerable.Repeat(1, prompt + answer)], prompt);
        Assert.Single(PromptBundle.Of([Row(200, 50), Row(200, 50)], 256));
        Assert.Equal(3, PromptBundle.Of([Row(2, 1000), Row(2, 1000), Row(2, 1000)], 32).Count);
    }

    [Fact]
    public void The_window_of_a_model_holds_in_a_packed_stream_too()
    {
        var golden = new GoldenModel("untied");
        using var model = CausalDecoder.Create(DecoderConfigReader.Read(golden.Folder) with { SlidingWindow = 4 }, CPU);
        WeightInitializer.Fill(model, 3);
        var rows = Rows();
        var slopes = Enumerable.Repeat(1f, rows.Sum(row => row.ResponseLength)).ToArray();
        Close.To(Run(model, slopes, () => Padded(model, rows)).Values, Run(model, slopes, () => ResponseLogProbs.PerToken(model, rows)).Values);
    }

    private static TokenRow[] Rows()
    {
        int[] first = [3, 9, 27, 20, 60, 12];
        int[] second = [7, 7];
        return
        [
            new([.. first, 4, 5, 6], 6), new([.. second, 30, 31, 32, 33, 34, 35], 2), new([.. first, 40], 6),
            new([.. first, 8, 8, 8, 8, 9, 10, 11], 6), new([.. second, 1, 2], 2), new([50, 51, 52], 1),
        ];
    }

    private static Tensor Padded(CausalDecoder model, TokenRow[] rows)
    {
        using var scope = NewDisposeScope();
        var batch = new TokenBatch(rows, CPU);
        return F.log_softmax(model.Logits(model.Hidden(batch.Ids)), -1).index_select(0, batch.Positions).gather(1, batch.Targets.unsqueeze(1)).squeeze(1).MoveToOuterDisposeScope();
    }

    private static (float[] Values, Dictionary<string, float[]> Gradients) Run(CausalDecoder model, float[] slopes, Func<Tensor> perToken)
    {
        using var scope = NewDisposeScope();
        model.zero_grad();
        var values = perToken();
        model.Backward((values * tensor(slopes)).sum());
        return (values.detach().data<float>().ToArray(), model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad!.data<float>().ToArray()));
    }
}

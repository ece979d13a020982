using Orleans.Dpo.Trainer.LogProbabilities;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Tests.LogProbabilities;

public sealed class HeadLogProbsTests
{
    [Theory]
    [InlineData(40, 262_144, true)]   // three chunks
    [InlineData(40, 262_144, false)]
    [InlineData(7, 50, true)]         // one chunk
    public void Chunks_give_the_values_and_gradients_of_the_whole(int tokens, int vocabulary, bool trained)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (hidden, head) = (randn(tokens, 5) * 0.5, randn(vocabulary, 5));
        var (targets, slopes) = (randint(0, vocabulary, [tokens]), randn(tokens));
        var (whole, wholeHidden, wholeHead) = Run(hidden, head, slopes, trained, (h, w) =>
            F.log_softmax(F.linear(h.to(ScalarType.Float64), w.to(ScalarType.Float64)), -1).gather(1, targets.unsqueeze(1)).squeeze(1).to(ScalarType.Float32));
        var (chunked, chunkedHidden, chunkedHead) = Run(hidden, head, slopes, trained, (h, w) => HeadLogProbs.Of(h, w, targets));
        Close.To(whole, chunked);
        Close.To(wholeHidden, chunkedHidden);
        Close.To(wholeHead, chunkedHead);
        Assert.Equal(trained, chunkedHead.Length > 0);
    }

    [Fact]
    public void Half_precision_keeps_its_type_in_gradients_and_float32_in_values()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var hidden = randn(6, 4).to(ScalarType.BFloat16).requires_grad_();
        var head = randn(9, 4).to(ScalarType.BFloat16).requires_grad_();
        var values = HeadLogProbs.Of(hidden, head, randint(0, 9, [6]));
        values.sum().backward();
        Assert.Equal(ScalarType.Float32, values.dtype);
        Assert.Equal(ScalarType.BFloat16, hidden.grad!.dtype);
        Assert.Equal(ScalarType.BFloat16, head.grad!.dtype);
    }

    private static (float[] Values, float[] Hidden, float[] Head) Run(Tensor hidden, Tensor head, Tensor slopes, bool trained, Func<Tensor, Tensor, Tensor> logProbs)
    {
        var (h, w) = (hidden.clone().requires_grad_(), trained ? head.clone().requires_grad_() : head.clone());
        var values = logProbs(h, w);
        values.backward([slopes]);
        return (values.detach().data<float>().ToArray(), h.grad!.data<float>().ToArray(), w.grad?.data<float>().ToArray() ?? []);
    }
}

using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.LogProbabilities;

/// <summary>log softmax(h·Wᵀ)[target] in chunks of tokens, so that the [tokens × vocabulary] scores exist for one chunk at a time, in the backward pass too.</summary>
/// <remarks>
/// With p = softmax(h·Wᵀ) and the gradient g of a token's log-probability, the gradient of its scores is g·(onehot(target) − p). The backward pass computes
/// the scores of a chunk again from the kept normaliser: a quarter more work in the head for memory that does not grow with the tokens.
/// </remarks>
internal sealed class HeadLogProbs : autograd.SingleTensorFunction<HeadLogProbs>
{
    private const long CpuScores = 1 << 22;
    private const long GpuScores = 1 << 26;

    public override string Name => nameof(HeadLogProbs);

    /// <param name="hidden">States [M, H].</param>
    /// <param name="head">The head's weight [V, H].</param>
    /// <param name="targets">Token ids [M].</param>
    /// <returns>[M], float32</returns>
    public static Tensor Of(Tensor hidden, Tensor head, Tensor targets) => apply(hidden, head, targets);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (hidden, head, targets) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var (values, normalizers) = (new List<Tensor>(), new List<Tensor>());
        foreach (var (start, length) in Chunks(hidden, head))
        {
            using var chunk = NewDisposeScope();
            var scores = Scores(hidden.narrow(0, start, length), head);                                 // [C, V]
            var normalizer = scores.logsumexp(1);                                                       // [C]
            var target = targets.narrow(0, start, length).unsqueeze(1);
            values.Add((scores.gather(1, target).squeeze(1) - normalizer).MoveToOuterDisposeScope());
            normalizers.Add(normalizer.MoveToOuterDisposeScope());
        }

        ctx.save_for_backward([hidden, head, targets, cat(normalizers).MoveToOuterDisposeScope()]);
        return cat(values).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (hidden, head, targets, normalizers) = (saved[0].detach(), saved[1].detach(), saved[2], saved[3]);
        var forHidden = empty_like(hidden);
        var forHead = saved[1].requires_grad ? zeros(head.shape, dtype: ScalarType.Float32, device: head.device) : null;
        foreach (var (start, length) in Chunks(hidden, head))
        {
            using var chunk = NewDisposeScope();
            var states = hidden.narrow(0, start, length);
            var target = targets.narrow(0, start, length).unsqueeze(1);
            var outer = grad_output.narrow(0, start, length).unsqueeze(1);                              // [C, 1]
            var slope = Scores(states, head).sub_(normalizers.narrow(0, start, length).unsqueeze(1)).exp_().mul_(-outer);
            slope.scatter_(1, target, slope.gather(1, target) + outer);                                 // [C, V]
            slope = slope.to(head.dtype);
            forHidden.narrow(0, start, length).copy_(slope.mm(head));
            forHead?.add_(slope.transpose(0, 1).mm(states));
        }

        return [forHidden.MoveToOuterDisposeScope(), forHead?.to(head.dtype).MoveToOuterDisposeScope()!, null!];
    }

    private static Tensor Scores(Tensor hidden, Tensor head) => F.linear(hidden, head).to(ScalarType.Float32);

    private static IEnumerable<(long Start, long Length)> Chunks(Tensor hidden, Tensor head)
    {
        var scores = hidden.device.type == TorchSharp.DeviceType.CPU ? CpuScores : GpuScores;
        var (tokens, chunk) = (hidden.shape[0], Math.Max(16, scores / head.shape[0]));
        for (var start = 0L; start < tokens; start += chunk)
        {
            yield return (start, Math.Min(chunk, tokens - start));
        }
    }
}

using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

/// <summary>Gradients against central differences in double precision.</summary>
[Collection("torch")]
public sealed class GradientTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_functions = new()
    {
        ["rms norm"] = x => x * (x * x).mean([-1], true).add(1e-5).rsqrt(),
        ["swiglu"] = x => F.silu(x.chunk(2, -1)[0]) * x.chunk(2, -1)[1],
        ["log-prob of a token"] = x => F.log_softmax(x, -1).gather(-1, tensor(new long[] { 1, 0, 3 }, [3, 1])),
        ["attention"] = x => F.scaled_dot_product_attention(x.unsqueeze(0), (x * 2).unsqueeze(0), x.cos().unsqueeze(0), is_casual: true),
        ["preference loss"] = x => -F.logsigmoid(0.3 * (x.select(-1, 0) - x.select(-1, 1))),
        ["indexed write"] = x =>
        {
            var y = x * 1;
            y[.., 1] = x[.., 0].pow(2);
            return y;
        },
        ["in place"] = x => (x * 2).mul_(x).add_(1).sigmoid_(),
        ["log-sum-exp"] = x => x.logsumexp(-1),
    };

    public static TheoryData<string> Names => [.. s_functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_gradient_equals_the_central_difference(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var start = randn([3, 4], float64);
        var weights = randn_like(s_functions[name](start));
        double Value(Tensor x) => (s_functions[name](x) * weights).sum().item<double>();
        var x = start.clone().requires_grad_();
        (s_functions[name](x) * weights).sum().backward();
        var gradient = x.grad!.data<double>().ToArray();
        for (var i = 0; i < gradient.Length; i++)
        {
            var (up, down) = (start.clone(), start.clone());
            up.view(-1)[i] = up.view(-1)[i] + 1e-6;
            down.view(-1)[i] = down.view(-1)[i] - 1e-6;
            var difference = (Value(up) - Value(down)) / 2e-6;
            Assert.True(Math.Abs(difference - gradient[i]) < 1e-6 * (1 + Math.Abs(difference)), $"element {i}: {difference} by differences, {gradient[i]} by backward");
        }
    }
}

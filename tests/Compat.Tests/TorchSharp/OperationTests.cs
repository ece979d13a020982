using System.Text.Json;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

/// <summary>Results and gradients against Python's torch (tests/golden/torch_ops.py).</summary>
[Collection("torch")]
public sealed class OperationTests
{
    private static readonly Tensor s_rows = tensor(new long[] { 2, 0, 2 });
    private static readonly Tensor s_index = tensor(new long[] { 0, 2, 1, 1, 3, 0, 2, 2, 0, 1, 1, 3 }, [2, 3, 2]);
    private static readonly Tensor s_classes = tensor(new long[] { 0, 4, 2, -100, 1, 3 });

    private static readonly Dictionary<string, Func<Tensor[], Tensor>> s_operations = new()
    {
        ["add"] = t => t[0] + t[1],
        ["sub"] = t => t[0] - t[1],
        ["mul"] = t => t[0] * t[1],
        ["div"] = t => t[0] / t[1],
        ["scalar_mix"] = t => (2.5 / (1 - (t[0] * 3) + 0.25)) - 7,
        ["pow"] = t => t[0].pow(2.5),
        ["exp"] = t => t[0].exp(),
        ["log"] = t => t[0].log(),
        ["log1p"] = t => log1p(t[0]),
        ["sqrt"] = t => sqrt(t[0]),
        ["rsqrt"] = t => rsqrt(t[0]),
        ["tanh"] = t => tanh(t[0]),
        ["sigmoid"] = t => t[0].sigmoid(),
        ["erf"] = t => erf(t[0]),
        ["abs"] = t => abs(t[0]),
        ["sign"] = t => t[0].sign(),
        ["sin"] = t => t[0].sin(),
        ["cos"] = t => t[0].cos(),
        ["silu"] = t => F.silu(t[0]),
        ["gelu"] = t => F.gelu(t[0]),
        ["relu"] = t => F.relu(t[0]),
        ["softplus"] = t => F.softplus(t[0]),
        ["logsigmoid"] = t => F.logsigmoid(t[0]),
        ["clamp"] = t => t[0].clamp(-0.5, 0.7),
        ["minimum"] = t => minimum(t[0], t[1]),
        ["maximum"] = t => maximum(t[0], t[1]),
        ["lerp"] = t => t[0].lerp(t[1], 0.3f),
        ["sum"] = t => t[0].sum(),
        ["sum_dims"] = t => t[0].sum([0, 2], true),
        ["mean"] = t => t[0].mean([-1], true),
        ["var"] = t => t[0].var([1], unbiased: false),
        ["std"] = t => t[0].std(),
        ["logsumexp"] = t => t[0].logsumexp(-1),
        ["norm"] = t => t[0].norm(),
        ["amax"] = t => t[0].amax([1]),
        ["cumsum"] = t => t[0].cumsum(1),
        ["max_dim"] = t => t[0].max(2).values,
        ["argmax"] = t => t[0].argmax(-1),
        ["topk"] = t => topk(t[0], 2).values,
        ["topk_where"] = t => topk(t[0], 2).indices,
        ["sort"] = t => sort(t[0], 1, true).values,
        ["softmax"] = t => softmax(t[0], -1),
        ["log_softmax"] = t => F.log_softmax(t[0], 1),
        ["matmul"] = t => matmul(t[0], t[1]),
        ["bmm"] = t => bmm(t[0], t[1]),
        ["outer"] = t => outer(t[0], t[1]),
        ["linear"] = t => F.linear(t[0], t[1], t[2]),
        ["einsum"] = t => einsum("bij,bjk->bki", t[0], t[1]),
        ["layer_norm"] = t => F.layer_norm(t[0], [4], t[1], t[2]),
        ["embedding"] = t => t[0].index_select(0, s_rows),
        ["cross_entropy"] = t => F.cross_entropy(t[0], s_classes),
        ["cross_entropy_smooth"] = t => F.cross_entropy(t[0], s_classes, reduction: nn.Reduction.None, label_smoothing: 0.1),
        ["attention"] = t => F.scaled_dot_product_attention(t[0], t[1], t[2]),
        ["attention_causal"] = t => F.scaled_dot_product_attention(t[0], t[1], t[2], is_casual: true),
        ["triu"] = t => t[0].triu(1),
        ["tril"] = t => t[0].tril(-1),
        ["transpose"] = t => t[0].transpose(0, 2),
        ["permute"] = t => t[0].permute(2, 0, 1),
        ["narrow"] = t => t[0].narrow(2, 1, 2),
        ["select"] = t => t[0].select(1, -1),
        ["flatten"] = t => t[0].flatten(1),
        ["expand"] = t => t[0].expand(3, 4),
        ["repeat"] = t => t[0].repeat(2, 3),
        ["repeat_interleave"] = t => t[0].repeat_interleave(2, 1),
        ["cat"] = t => cat(t, 1),
        ["stack"] = t => stack(t, 1),
        ["chunk"] = t => t[0].chunk(2, -1)[1],
        ["split"] = t => t[0].split([1, 2], 1)[1],
        ["gather"] = t => t[0].gather(2, s_index),
        ["index_select"] = t => t[0].index_select(1, s_rows),
        ["masked_fill"] = t => t[0].masked_fill(t[0] > 0, 0.5),
        ["masked_select"] = t => t[0].masked_select(t[0] > 0),
        ["where"] = t => where(t[0] > 0, t[0], t[1]),
        ["pad"] = t => F.pad(t[0], [1, 2, 0, 1], value: 0.5),
        ["slice_step"] = t => t[0][TensorIndex.Ellipsis, TensorIndex.Slice(1, null, 2)],
        ["new_axis"] = t => t[0][TensorIndex.Colon, TensorIndex.None, -1],
        ["tensor_index"] = t => t[0][TensorIndex.Colon, TensorIndex.Tensor(s_rows)],
        ["flip"] = t => t[0].flip(0, 2),
    };

    private static readonly JsonElement s_golden = JsonDocument.Parse(File.ReadAllText(Golden.PathOf("torch_ops.json"))).RootElement;

    public static TheoryData<string> Names => [.. s_golden.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_and_its_gradients_equal_those_of_Python(string name)
    {
        using var scope = NewDisposeScope();
        var one = s_golden.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var inputs = one.GetProperty("inputs").EnumerateArray().Select(e => Golden.Read(e).requires_grad_()).ToArray();
        var result = s_operations[name](inputs);
        Golden.AssertClose(one.GetProperty("result"), result);
        if (one.TryGetProperty("gradients", out var gradients))
        {
            var weights = (arange(1, result.NumberOfElements + 1, float32) * 0.1).reshape(result.shape);
            var ours = autograd.grad([(result * weights).sum()], inputs);
            foreach (var (expected, actual) in gradients.EnumerateArray().Zip(ours))
            {
                Golden.AssertClose(expected, actual, 2e-4);
            }
        }
    }

    [Fact]
    public void AdamW_with_clipping_follows_the_trajectory_of_Python()
    {
        var golden = s_golden.GetProperty("header").GetProperty("adamw");
        using var parameter = nn.Parameter(Golden.Read(golden.GetProperty("start")));
        using var optimizer = optim.AdamW([parameter], lr: 0.05, beta1: 0.9, beta2: 0.95, eps: 1e-6, weight_decay: 0.1);
        var number = 0;
        foreach (var expected in golden.GetProperty("steps").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            (parameter * ++number).sin().pow(2).sum().backward();
            nn.utils.clip_grad_norm_([parameter], 1.0);
            optimizer.step();
            Golden.AssertClose(expected, parameter);
        }

        Assert.Equal(5, number);
    }

    [Fact]
    public void A_boolean_attention_mask_keeps_where_it_is_true()
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (randn([1, 2, 5, 4]), randn([1, 2, 5, 4]), randn([1, 2, 5, 4]));
        var causal = F.scaled_dot_product_attention(q, k, v, is_casual: true);
        var masked = F.scaled_dot_product_attention(q, k, v, ones(5, 5).tril().to(ScalarType.Bool));
        Assert.True((causal - masked).abs().max().item<float>() < 1e-6);
    }
}

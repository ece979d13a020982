using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

/// <summary>A Llama of two layers, written as the trainer writes models: what the suite drives end to end.</summary>
internal sealed class TinyLlama : Module<Tensor, Tensor>
{
    private readonly Embedding embed_tokens;
    private readonly ModuleList<Block> layers;
    private readonly Parameter norm;

    public TinyLlama(long vocabulary = 32, long width = 16, int depth = 2)
        : base(nameof(TinyLlama))
    {
        embed_tokens = Embedding(vocabulary, width);
        layers = new ModuleList<Block>(Enumerable.Range(0, depth).Select(_ => new Block(width)).ToArray());
        norm = new Parameter(ones(width));
        RegisterComponents();
    }

    /// <summary>[B, T] → [B, T, V], with the embedding as output layer.</summary>
    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var x = embed_tokens.call(tokens);
        foreach (var layer in layers)
        {
            x = layer.call(x);
        }

        return F.linear(RmsNorm(x, norm), embed_tokens.weight!).MoveToOuterDisposeScope();
    }

    internal static Tensor RmsNorm(Tensor x, Tensor weight) => x * (x * x).mean([-1], true).add(1e-5).rsqrt() * weight;

    internal sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Linear qkv;
        private readonly Linear o;
        private readonly Linear up;
        private readonly Linear down;
        private readonly Parameter norm1;
        private readonly Parameter norm2;
        private readonly Tensor cos;
        private readonly Tensor sin;

        public Block(long width, long context = 32)
            : base(nameof(Block))
        {
            qkv = Linear(width, 3 * width, false);
            o = Linear(width, width, false);
            up = Linear(width, 4 * width, false);
            down = Linear(2 * width, width, false);
            norm1 = new Parameter(ones(width));
            norm2 = new Parameter(ones(width));
            using (NewDisposeScope())
            {
                var angle = outer(arange(context, float32), pow(10000, arange(0, width / 2, 2, float32) * (-2.0 / width)));   // [T, hd/2]
                cos = cat([angle.cos(), angle.cos()], -1).DetachFromDisposeScope();
                sin = cat([angle.sin(), angle.sin()], -1).DetachFromDisposeScope();
            }

            register_buffer("cos", cos, persistent: false);
            register_buffer("sin", sin, persistent: false);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]);
            var parts = qkv.call(RmsNorm(x, norm1)).view(b, t, 3, 2, d / 2).permute(2, 0, 3, 1, 4);   // [3, B, h, T, hd]
            var attended = F.scaled_dot_product_attention(Rotate(parts[0], t), Rotate(parts[1], t), parts[2], is_casual: true);
            x = x + o.call(attended.transpose(1, 2).reshape(b, t, d));
            var gates = up.call(RmsNorm(x, norm2)).chunk(2, -1);
            return (x + down.call(F.silu(gates[0]) * gates[1])).MoveToOuterDisposeScope();
        }

        private Tensor Rotate(Tensor x, long length)
        {
            var half = x.shape[^1] / 2;
            var turned = cat([-x[TensorIndex.Ellipsis, TensorIndex.Slice(half)], x[TensorIndex.Ellipsis, TensorIndex.Slice(null, half)]], -1);
            return (x * cos[..(int)length]) + (turned * sin[..(int)length]);
        }
    }
}

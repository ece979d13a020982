using static TorchSharp.torch;

namespace Orleans.Dpo.Bench.TorchSharp;

/// <summary>The loops of bench/peers/tiny_op.cpp, written as a trainer writes them: a scope a step, operators, no hand disposal.</summary>
internal static class TinyOps
{
    public static Dictionary<string, double> Measure(int rounds)
    {
        set_num_threads(1);

        // Long enough for the JIT to settle, as the peers' own warm-up is for theirs.
        for (var i = 0; i < 3; i++)
        {
            Elementwise(Math.Max(rounds / 10, 30_000));
            Training(Math.Max(rounds / 100, 3_000));
            Thread.Sleep(150);
        }

        return new() { ["elementwise"] = Elementwise(rounds), ["training"] = Training(rounds / 10) };
    }

    // Processor time of the whole process, collector and JIT included.
    private static double Seconds() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static double Elementwise(int rounds)
    {
        using var noGrad = no_grad();
        using var x = ones(1);
        using var one = ones(1);
        var start = Seconds();
        for (var i = 0; i < rounds; i++)
        {
            using var scope = NewDisposeScope();
            _ = ((x + one) * x).view(1, 1);
        }

        return Seconds() - start;
    }

    private static double Training(int rounds)
    {
        using var weight = ones(2, 2, requires_grad: true);
        using var x = ones(1, 2);
        var start = Seconds();
        for (var i = 0; i < rounds; i++)
        {
            using var scope = NewDisposeScope();
            nn.functional.silu(nn.functional.linear(x, weight)).sum().backward();
            _ = weight.grad;
            weight.grad = null;
        }

        return Seconds() - start;
    }
}

using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Interop;
using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp.StandIn;

/// <summary>What holds for the stand-in alone: its native library, and where it is kinder than the real one.</summary>
[Collection("torch")]
public sealed class ExportTests
{
    [Fact]
    public void Every_export_has_an_extern_and_every_extern_an_export()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "libOrleansDpoTorch.so");
        var exports = Run("nm", "-D", "--defined-only", path).Split('\n')
            .Select(l => l.Split(' ')[^1]).Where(n => n.StartsWith("odpo_", StringComparison.Ordinal));
        var externs = typeof(NativeMethods).GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Select(m => m.GetCustomAttribute<DllImportAttribute>()?.EntryPoint).OfType<string>();
        Assert.Equal(exports.Order(StringComparer.Ordinal), externs.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_argument_of_an_extern_is_blittable()
    {
        var methods = typeof(NativeMethods).GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(m => m.GetCustomAttribute<DllImportAttribute>() is not null);
        Type[] plain = [typeof(nint), typeof(long), typeof(int), typeof(double), typeof(Scalar), typeof(AutogradCallbacks)];
        foreach (var method in methods)
        {
            Assert.All(method.GetParameters(), p => Assert.True(p.ParameterType.IsPointer || p.ParameterType.IsFunctionPointer || plain.Contains(p.ParameterType), $"{method.Name}: {p}"));
        }
    }

    [Fact]
    public void A_thousand_steps_leave_no_native_handle_behind()
    {
        using var model = new TinyLlama();
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-3);
        using var tokens = arange(0, 24).remainder(7).view(2, 12);
        TrainingLoopTests.Step(model, optimizer, tokens);
        LiveTensors.Settled();
        var handles = NativeMethods.live_handles();
        for (var i = 0; i < 1000; i++)
        {
            TrainingLoopTests.Step(model, optimizer, tokens);
        }

        Assert.Equal(handles, NativeMethods.live_handles());
    }

    [Fact]
    public void A_failed_call_makes_no_handle()
    {
        LiveTensors.Settled();
        using var scope = NewDisposeScope();
        var (a, b) = (ones(2, 3), ones(2, 3));
        var handles = NativeMethods.live_handles();
        for (var i = 0; i < 100; i++)
        {
            Assert.Throws<ExternalException>(() => matmul(a, b));   // the real library would end the process here
        }

        Assert.Equal(handles, NativeMethods.live_handles());
    }

    [Fact]
    public void A_custom_function_is_freed_with_its_graph()
    {
        var freed = Released();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(freed.IsAlive);
    }

    private static WeakReference Released()
    {
        using var scope = NewDisposeScope();
        var data = new object();
        Holding.apply(ones(2, requires_grad: true), data).sum().backward();
        return new WeakReference(data);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return text;
    }

    private sealed class Holding : autograd.SingleTensorFunction<Holding>
    {
        public override string Name => nameof(Holding);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("held", vars[1]);
            return ((Tensor)vars[0]) * 2;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output * 2, null!];
    }
}

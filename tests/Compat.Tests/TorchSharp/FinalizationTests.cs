using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

/// <summary>What nobody disposes is freed by the collector, in the end.</summary>
[Collection("torch")]
public sealed class FinalizationTests
{
    [Fact]
    public void A_tensor_outside_scopes_is_freed_with_its_object()
    {
        var count = LiveTensors.Settled();
        Forget(5);
        Assert.Equal(count, LiveTensors.Settled());
    }

    [Fact]
    public void A_detached_tensor_is_freed_with_its_object()
    {
        var count = LiveTensors.Settled();
        Detach();
        Assert.Equal(count, LiveTensors.Settled());
    }

    [Fact]
    public void A_tensor_in_an_open_scope_is_never_freed_early()
    {
        using var scope = NewDisposeScope();
        Forget(50);
        var count = LiveTensors.Settled();
        Assert.True(count >= 50);
        Assert.Equal(50, scope.DisposablesCount);
    }

    [Fact]
    public void Tensors_in_use_survive_a_collection_in_the_middle()
    {
        using var kept = ones(1000);
        for (var i = 0; i < 20; i++)
        {
            using var sum = (ones(1000) + kept).sum();
            GC.Collect();
            Assert.Equal(2000f, sum.item<float>());
        }
    }

    [Fact]
    public void A_scope_refuses_tensors_once_disposed()
    {
        var scope = NewDisposeScope();
        scope.Dispose();
        using var late = ones(1);
        Assert.Throws<ObjectDisposedException>(() => late.MoveToOtherDisposeScope(scope));
        scope.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = ones(1);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Detach()
    {
        using var scope = NewDisposeScope();
        _ = ones(1).DetachFromDisposeScope();
    }
}

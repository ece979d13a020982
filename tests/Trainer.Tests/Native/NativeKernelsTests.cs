using Orleans.Dpo.Trainer.Native;
using Orleans.Dpo.Trainer.Optimization;
using Orleans.Dpo.Trainer.Randomness;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Native;

public sealed class NativeKernelsTests
{
    /// <summary>The stand-in is built against headers, so its kernels are too; a packaged libtorch brings none.</summary>
    private static bool Expected => typeof(torch).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyInformationalVersionAttribute), false)
        .Cast<System.Reflection.AssemblyInformationalVersionAttribute>().Any(version => version.InformationalVersion.Contains("stand-in", StringComparison.Ordinal));

    [Fact]
    public void The_library_is_beside_the_program_wherever_its_headers_were() => Assert.True(NativeKernels.Available || !Expected);

    [Theory]
    [InlineData(1f, 0.5f)]
    [InlineData(0.999f, 1f)]
    public void The_fused_update_equals_the_plain_operations(float decay, float scale)
    {
        if (!NativeKernels.Available)
        {
            Assert.False(NativeKernels.AdamW([ones(1)], [ones(1)], [ones(1)], [ones(1)], default));
            return;
        }

        using var scope = NewDisposeScope();
        var (native, plain) = (Lists(), Lists());
        var c = new AdamWCoefficients(scale, 0.9f, 0.99f, 1e-8f, decay, 0.01f, 0.3f);
        for (var step = 0; step < 3; step++)
        {
            Assert.True(NativeKernels.AdamW(native[0], Clones(native[1]), native[2], native[3], c));
            for (var i = 0; i < plain[0].Length; i++)
            {
                AdamW.ByTensorOperations(plain[0][i], plain[1][i], plain[2][i], plain[3][i], c);
            }
        }

        foreach (var list in new[] { 0, 2, 3 })
        {
            for (var i = 0; i < plain[0].Length; i++)
            {
                Close.To(plain[list][i].data<float>().ToArray(), native[list][i].data<float>().ToArray(), 1e-6);
            }
        }
    }

    [Fact]
    public void The_norm_is_that_of_all_values_together()
    {
        using var scope = NewDisposeScope();
        if (NativeKernels.Norm([tensor(new float[] { 3, 0 }), tensor(new float[] { 4 })], out var norm))
        {
            Assert.Equal(5, norm, 1e-9);
        }
        else
        {
            Assert.False(NativeKernels.Available);
        }
    }

    [Fact]
    public void A_failing_kernel_answers_false_and_ends_nothing()
    {
        using var scope = NewDisposeScope();
        Assert.False(NativeKernels.AdamW([ones(2)], [ones(3)], [ones(2)], [ones(2)], default));
    }

    [Fact]
    public void Without_a_device_there_are_no_memory_figures()
    {
        if (!cuda.is_available())
        {
            Assert.False(NativeKernels.CudaMemory(0, out _, out _));
            Assert.False(NativeKernels.ResetCudaPeak(0));
        }
    }

    private static Tensor[] Clones(Tensor[] tensors) => Array.ConvertAll(tensors, tensor => tensor.clone());

    private static Tensor[][] Lists()
    {
        var random = new CounterRandom(4);
        return [.. Enumerable.Range(0, 4).Select(k => new[] { 37, 8 }.Select(size =>
            tensor(Enumerable.Range(0, size).Select(i => (float)random.Uniform((k * 100) + i)).ToArray())).ToArray())];
    }
}

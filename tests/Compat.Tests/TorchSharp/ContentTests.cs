using TorchSharp;
using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

[Collection("torch")]
public sealed class ContentTests
{
    [Fact]
    public void An_item_is_of_the_exact_type_or_refused()
    {
        using var scope = NewDisposeScope();
        var half = tensor(1.5f).to(ScalarType.BFloat16);
        Assert.Throws<ArgumentException>(() => half.item<float>());
        Assert.Equal(1.5f, half.ToSingle());
        Assert.Equal(1.5f, half.item<BFloat16>().ToSingle());
        Assert.Equal(3L, tensor(3L).item<long>());
        Assert.True(tensor(true).item<bool>());
        Assert.Equal(2L, tensor(2.9).ToInt64());
        Assert.Throws<ArgumentException>(() => ones(2).item<float>());
    }

    [Fact]
    public void An_accessor_reads_and_writes_in_order_whatever_the_strides()
    {
        using var scope = NewDisposeScope();
        var matrix = arange(6, float32).view(2, 3);
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], matrix.t().data<float>().ToArray());
        Assert.Equal(5f, matrix.data<float>()[1, 2]);
        matrix.t().data<float>().CopyFrom(new float[] { 1, 2, 3, 4, 5, 6 });
        Assert.Equal([1f, 3f, 5f, 2f, 4f, 6f], matrix.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => matrix.data<double>());
        Assert.Equal(21f, matrix.data<float>().Sum());
    }

    [Fact]
    public void Bytes_are_the_memory_of_a_contiguous_tensor()
    {
        using var scope = NewDisposeScope();
        var numbers = tensor(new[] { 1, 2 });
        Assert.Equal([1, 0, 0, 0, 2, 0, 0, 0], numbers.bytes.ToArray());
        numbers.bytes = new byte[] { 5, 0, 0, 0, 0, 1, 0, 0 };
        Assert.Equal([5, 256], numbers.data<int>().ToArray());
        Assert.Throws<InvalidOperationException>(() => ones(2, 3).t().bytes.Length);
        Assert.Throws<InvalidOperationException>(() => empty(3, device: META).bytes.Length);
        Assert.Throws<ArgumentException>(() => numbers.bytes = new byte[3]);
    }

    [Fact]
    public void A_stream_carries_the_elements()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        var matrix = arange(6).view(2, 3);
        matrix.WriteBytesToStream(stream);
        Assert.Throws<InvalidOperationException>(() => matrix.t().WriteBytesToStream(stream));
        stream.Position = 0;
        var read = zeros([3, 2], int64);
        read.ReadBytesFromStream(stream);
        Assert.Equal([0L, 1, 2, 3, 4, 5], read.data<long>().ToArray());
        Assert.Throws<EndOfStreamException>(() => read.ReadBytesFromStream(stream));
    }

    [Fact]
    public void An_array_shares_its_memory_and_a_list_is_copied()
    {
        using var scope = NewDisposeScope();
        var array = new float[,] { { 1, 2 }, { 3, 4 } };
        var shared = from_array(array);
        array[1, 0] = 9;
        Assert.Equal(9f, shared[1, 0].item<float>());
        List<long> list = [1, 2];
        var copied = tensor(list);
        list[0] = 7;
        Assert.Equal([1L, 2], copied.data<long>().ToArray());
        Assert.Throws<ArgumentException>(() => tensor(new[] { 1f, 2f, 3f }, [2, 2]));
    }

    [Fact]
    public void Creation_follows_type_size_and_value()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Int64, arange(0, 5).dtype);
        Assert.Equal(ScalarType.Float32, arange(0, 1, 0.25).dtype);
        Assert.Equal([2L, 3L], full([2, 3], 4).shape);
        Assert.Equal(ScalarType.Int64, full([2, 3], 4).dtype);
        Assert.Equal(ScalarType.Float32, zeros(2, 3).dtype);
        Assert.Equal(6L, ones_like(zeros(2, 3)).sum(type: ScalarType.Int64).item<long>());
        Assert.True(randint(5, 9, [100]).ge(5).all().item<bool>());
        var (sorted, _) = randperm(3).sort();
        Assert.Equal([0L, 1, 2], sorted.data<long>().ToArray());
        Assert.Equal([0f, 0.5f, 1f], linspace(0, 1, 3).data<float>().ToArray());
        Assert.Equal((CPU.type, CPU.index), (ones(1).device.type, ones(1).device.index));
        Assert.NotEqual(CPU, ones(1).device);
        Assert.Equal("cuda:1", new Device("cuda:1").ToString());
        Assert.Equal(-1, new Device("cuda").index);
        Assert.Throws<ArgumentException>(() => device("abacus"));
    }

    [Fact]
    public void CUDA_that_is_absent_is_refused()
    {
        if (cuda.is_available())
        {
            Assert.Equal(DeviceType.CUDA, CUDA.type);
        }
        else
        {
            Assert.Throws<InvalidOperationException>(() => CUDA);
        }
    }
}

using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Modeling;

public sealed class DecodingKernelTests
{
    [Theory]
    [InlineData(4, 4)]
    [InlineData(6, 2)]
    public void Each_sequence_attends_to_its_own_positions_only(int heads, int shared)
    {
        const int size = 32, capacity = 40;
        int[] lengths = [1, 40, 17, 9];
        using var scope = NewDisposeScope();
        manual_seed(3);
        var query = randn(lengths.Length, heads, size);
        var (keys, values) = (randn(lengths.Length * shared, capacity, size), randn(lengths.Length * shared, capacity, size));
        var output = new float[lengths.Length * heads * size];
        DecodingKernel.Mix(new(heads, shared, size, capacity), lengths, query.data<float>().ToArray(), keys.data<float>().ToArray(), values.data<float>().ToArray(), output);
        for (var row = 0; row < lengths.Length; row++)
        {
            for (var head = 0; head < heads; head++)
            {
                var held = (row * shared) + (head / (heads / shared));
                var weights = softmax(keys[held].narrow(0, 0, lengths[row]).mm(query[row, head].unsqueeze(1)).squeeze(1), 0);
                var expected = values[held].narrow(0, 0, lengths[row]).transpose(0, 1).mm(weights.unsqueeze(1)).squeeze(1).data<float>().ToArray();
                Close.To(expected, output[(((row * heads) + head) * size)..][..size]);
            }
        }
    }
}

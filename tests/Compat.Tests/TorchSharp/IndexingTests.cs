using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

[Collection("torch")]
public sealed class IndexingTests
{
    [Fact]
    public void Ranges_indices_slices_masks_and_tensors_read_parts()
    {
        using var scope = NewDisposeScope();
        var t = arange(24).view(2, 3, 4);
        Assert.Equal([2L, 1, 4], t[.., 1..2].shape);
        Assert.Equal([3L, 4], t[^1].shape);
        Assert.Equal(23L, t[1, 2, ^1].item<long>());
        Assert.Equal([0L, 2], t[0, 0, TensorIndex.Slice(step: 2)].data<long>().ToArray());
        Assert.Equal([2L, 3, 1], t[TensorIndex.Ellipsis, ^1..].shape);
        Assert.Equal([2L, 1, 3, 4], t[TensorIndex.Colon, TensorIndex.None].shape);
        Assert.Equal([20L, 21, 22, 23], t[t > 19].data<long>().ToArray());
        Assert.Equal([2L, 2, 4], t[TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 2, 0 }))].shape);
        Assert.Throws<InvalidOperationException>(() => t[TensorIndex.Colon, tensor(new long[] { 2, 0 })]);
        Assert.Throws<ExternalException>(() => t[5]);
    }

    [Fact]
    public void A_part_is_written_in_place_as_a_KV_cache_needs_it()
    {
        using var scope = NewDisposeScope();
        var cache = zeros(2, 6, 3);
        cache[.., 2..4] = ones(2, 2, 3);
        cache[1, 5] = tensor(7f);
        Assert.Equal(12f + 21f, cache.sum().item<float>());
        cache[cache > 1] = tensor(0f);
        Assert.Equal(12f, cache.sum().item<float>());
        Assert.Throws<ExternalException>(() => cache[0] = ones(5));
    }

    [Fact]
    public void In_place_forms_answer_the_tensor_itself_but_zero_()
    {
        using var scope = NewDisposeScope();
        var t = ones(3);
        Assert.Same(t, t.add_(1).mul_(2).sub_(ones(3)).div_(3).clamp_(0, 5).fill_(2).pow_(2));
        Assert.NotSame(t, t.zero_());
        Assert.Same(t, t.scatter_(0, tensor(new long[] { 1 }), tensor(5f).view(1)).index_add_(0, tensor(new long[] { 1 }), ones(1), 2));
        Assert.Equal([0f, 7f, 0f], t.data<float>().ToArray());
        Assert.Same(t, t.masked_fill_(t > 1, -1).copy_(ones(3)));
    }

    [Fact]
    public void Comparisons_and_logic_answer_booleans()
    {
        using var scope = NewDisposeScope();
        var t = tensor(new[] { 1.0, double.NaN, double.PositiveInfinity });
        Assert.Equal([true, false, false], t.isfinite().data<bool>().ToArray());
        Assert.Equal([false, true, false], t.isnan().data<bool>().ToArray());
        Assert.True(((t > 0) & ~t.isnan() | (t == 1)).any().item<bool>());
        Assert.False(logical_and(t > 0, t.isfinite().logical_not()).all().item<bool>());
        Assert.Equal(1L, t.ne(t).sum().item<long>());
    }

    [Fact]
    public void Views_share_and_copies_do_not()
    {
        using var scope = NewDisposeScope();
        var t = zeros(2, 2);
        t.view(4)[0] = tensor(1f);
        t.clone()[1] = tensor(9f);
        t.detach()[0, 1] = tensor(2f);
        Assert.Equal([1f, 2f, 0f, 0f], t.data<float>().ToArray());
        Assert.False(t.t().is_contiguous());
        Assert.True(t.t().contiguous().is_contiguous());
        Assert.Throws<ExternalException>(() => t.t().view(4));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_an_ExternalException()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => ones(2) + ones(3));
        Assert.Throws<ExternalException>(() => bmm(ones(1, 2, 3), ones(1, 2, 3)));
        Assert.Throws<ExternalException>(() => nn.functional.linear(ones(1, 2), ones(3, 4)));
        Assert.Throws<ExternalException>(() => ones(2, 2).gather(5, zeros([1, 1], int64)));
    }
}

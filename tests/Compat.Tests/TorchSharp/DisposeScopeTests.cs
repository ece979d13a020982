using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

[Collection("torch")]
public sealed class DisposeScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it_and_not_moved_out()
    {
        Tensor inner, moved, detached;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                inner = ones(2);
                moved = (inner + 1).MoveToOuterDisposeScope();
                detached = (inner + 2).DetachFromDisposeScope();
                Assert.Equal(1, CurrentDisposeScope!.DisposablesCount);
            }

            Assert.True(inner.IsInvalid);
            Assert.False(moved.IsInvalid);
            Assert.Equal(1, outer.DisposablesCount);
        }

        Assert.True(moved.IsInvalid);
        Assert.Equal(2f, detached[0].item<float>() - 1);
        detached.Dispose();
        Assert.Throws<InvalidOperationException>(() => detached.Handle);
    }

    [Fact]
    public void A_scope_can_dispose_everything_but_some()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (ones(1), ones(1), ones(1));
        scope.DisposeEverythingBut(b);
        Assert.True(a.IsInvalid && c.IsInvalid && !b.IsInvalid);
        Assert.True(scope.Contains(b));
    }

    [Fact]
    public void Leaving_a_scope_in_any_order_loses_no_tensor()
    {
        var random = new Random(4);
        var count = LiveTensors.Settled();
        List<Tensor> kept = [];
        using (var scope = NewDisposeScope())
        {
            var made = Enumerable.Range(0, 200).Select(_ => ones(1)).ToArray();
            random.Shuffle(made);
            foreach (var tensor in made.Take(120))
            {
                if (random.Next(2) == 0)
                {
                    tensor.Dispose();
                }
                else
                {
                    kept.Add(tensor.DetachFromDisposeScope());
                }
            }

            Assert.Equal(80, scope.DisposablesCount);
        }

        Assert.Equal(count + kept.Count, Tensor.TotalCount);
        kept.ForEach(t => t.Dispose());
        Assert.Equal(count, Tensor.TotalCount);
    }

    [Fact]
    public void A_scope_holds_tensors_of_its_own_thread_only()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;
        var thread = new Thread(() => elsewhere = ones(1));
        thread.Start();
        thread.Join();
        Assert.Equal(0, scope.DisposablesCount);
        elsewhere!.Dispose();
    }

    [Fact]
    public void Statistics_count_what_the_thread_did()
    {
        var before = DisposeScopeManager.Statistics.CreatedInScopeCount;
        using (NewDisposeScope())
        {
            _ = ones(1) + 1;
        }

        Assert.Equal(before + 2, DisposeScopeManager.Statistics.CreatedInScopeCount);
    }

    [Fact]
    public void A_parameter_built_in_a_scope_dies_with_it_but_those_of_Linear_do_not()
    {
        Parameter own;
        Linear linear;
        using (NewDisposeScope())
        {
            own = new Parameter(ones(2));
            linear = nn.Linear(2, 2);
        }

        Assert.True(own.IsInvalid);
        Assert.False(linear.weight!.IsInvalid);
        linear.Dispose();
    }
}

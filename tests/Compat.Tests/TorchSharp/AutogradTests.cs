using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

[Collection("torch")]
public sealed class AutogradTests
{
    [Fact]
    public void A_gradient_mode_holds_on_its_own_thread_only()
    {
        using var noGrad = no_grad();
        Assert.False(is_grad_enabled());
        var elsewhere = false;
        var thread = new Thread(() => elsewhere = is_grad_enabled());
        thread.Start();
        thread.Join();
        Assert.True(elsewhere);
        using (enable_grad())
        {
            Assert.True(is_grad_enabled());
        }

        Assert.False(is_grad_enabled());
    }

    [Fact]
    public void An_inference_tensor_is_refused_by_training()
    {
        using var scope = NewDisposeScope();
        Tensor made;
        using (inference_mode())
        {
            made = ones(3) * 2;
        }

        var x = ones(3, requires_grad: true);
        Assert.Throws<ExternalException>(() => x * made);
        (x * made.clone()).sum().backward();
        Assert.Equal(2f, x.grad![0].item<float>());
    }

    [Fact]
    public void A_second_backward_needs_the_graph_retained()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var y = (x * x).sum();
        y.backward(null, retain_graph: true);
        y.backward();
        Assert.Equal(4f, x.grad![0].item<float>());
        Assert.Throws<ExternalException>(() => y.backward());
    }

    [Fact]
    public void Gradients_of_gradients_are_recorded_on_request()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        Assert.Equal(18.0, autograd.grad([first], [x])[0].item<double>());
    }

    [Fact]
    public void The_gradient_of_an_unused_input_is_invalid_where_that_is_allowed()
    {
        using var scope = NewDisposeScope();
        var (x, unused) = (ones(2, requires_grad: true), ones(2, requires_grad: true));
        Assert.True(autograd.grad([(x * 2).sum()], [x, unused], allow_unused: true)[1].IsInvalid);
    }

    // The real library ends the process here, and below where a backward throws.
    [Fact]
    [Trait("side", "stand-in")]
    public void An_unused_input_is_an_error_where_it_is_not_allowed()
    {
        using var scope = NewDisposeScope();
        var (x, unused) = (ones(2, requires_grad: true), ones(2, requires_grad: true));
        Assert.Throws<ExternalException>(() => autograd.grad([(x * 2).sum()], [x, unused]));
    }

    [Fact]
    public void A_gradient_can_be_read_set_and_removed()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        Assert.Null(x.grad);
        x.grad = ones(2) * 5;
        Assert.Equal(5f, x.grad![1].item<float>());
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void A_checkpoint_recomputes_and_gives_the_same_gradients()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var (weight, x) = (randn([4, 4], requires_grad: true), randn([2, 4], requires_grad: true));
        (nn.functional.linear(x, weight).tanh().sum() * 2).backward();
        var (plainWeight, plainX) = (weight.grad!.clone(), x.grad!.clone());
        weight.grad = null;
        x.grad = null;
        Checkpoint.Runs = 0;
        (Checkpoint.apply((Func<Tensor, Tensor>)(t => nn.functional.linear(t, weight).tanh()), x).sum() * 2).backward();
        Assert.Equal(2, Checkpoint.Runs);
        Assert.Equal(0, (weight.grad! - plainWeight).abs().max().item<float>());
        Assert.Equal(0, (x.grad! - plainX).abs().max().item<float>());
    }

    [Fact]
    public void A_custom_function_may_save_its_output()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.0, 1.0 }, requires_grad: true);
        Exponential.apply(x).sum().backward();
        Assert.Equal([1.0, Math.E], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void A_custom_function_of_two_results_gets_both_gradients()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (tensor(3.0, requires_grad: true), tensor(4.0, requires_grad: true));
        var results = SumAndProduct.apply(x, y);
        ((results[0] * 10) + results[1]).backward();
        Assert.Equal(14.0, x.grad!.item<double>());
        Assert.Equal(13.0, y.grad!.item<double>());
    }

    [Fact]
    [Trait("side", "stand-in")]
    public void An_exception_in_a_backward_comes_out_of_backward()
    {
        using var scope = NewDisposeScope();
        var failure = Assert.ThrowsAny<Exception>(() => Failing.apply(ones(2, requires_grad: true)).sum().backward());
        Assert.Contains("this one fails", failure.ToString(), StringComparison.Ordinal);
    }

    private sealed class Checkpoint : autograd.SingleTensorFunction<Checkpoint>
    {
        public static int Runs { get; set; }

        public override string Name => nameof(Checkpoint);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            Runs++;
            ctx.save_data("run", vars[0]);
            ctx.save_for_backward([(Tensor)vars[1]]);
            return ((Func<Tensor, Tensor>)vars[0])((Tensor)vars[1]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            Runs++;
            using var recording = enable_grad();
            var input = ctx.get_saved_variables()[0].detach().requires_grad_();
            var again = ((Func<Tensor, Tensor>)ctx.get_data("run"))(input);
            autograd.backward([again], [grad_output]);
            return [null!, input.grad!];
        }
    }

    private sealed class Exponential : autograd.SingleTensorFunction<Exponential>
    {
        public override string Name => nameof(Exponential);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var result = ((Tensor)vars[0]).exp();
            ctx.save_for_backward([result]);
            return result;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [ctx.get_saved_variables()[0] * grad_output];
    }

    private sealed class SumAndProduct : autograd.MultiTensorFunction<SumAndProduct>
    {
        public override string Name => nameof(SumAndProduct);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, y) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([x, y]);
            return [x + y, x * y];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            return [grad_outputs[0] + (grad_outputs[1] * saved[1]), grad_outputs[0] + (grad_outputs[1] * saved[0])];
        }
    }

    private sealed class Failing : autograd.SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]) * 1;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => throw new InvalidOperationException("this one fails");
    }
}

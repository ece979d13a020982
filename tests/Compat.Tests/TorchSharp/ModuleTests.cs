using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

[Collection("torch")]
public sealed class ModuleTests
{
    [Fact]
    public void Fields_become_components_and_plain_tensors_persistent_buffers()
    {
        using var model = new Mixed();
        Assert.Equal(["own", "q_proj.weight", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"], model.named_parameters().Select(p => p.name).Order(s_order));
        Assert.Equal(["table"], model.named_buffers().Select(b => b.name));
        Assert.Contains("table", model.state_dict().Keys);
        Assert.DoesNotContain("hidden", model.state_dict().Keys);
        Assert.Contains("prefix.q_proj.weight", model.state_dict(prefix: "prefix").Keys);
        Assert.Equal(["q_proj", "layers"], model.named_children().Select(c => c.name).OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public void A_part_has_no_dot_in_its_name_and_no_name_is_given_twice()
    {
        using var model = new Mixed();
        Assert.Throws<ArgumentException>(() => model.register_module("a.b", Linear(1, 1)));
        model.register_buffer("a.b", ones(1));
        Assert.Throws<InvalidOperationException>(() => model.register_buffer("table", ones(1)));
        Assert.Throws<InvalidOperationException>(() => model.register_parameter("own", new Parameter(ones(1))));
        Assert.Throws<InvalidOperationException>(() => model.register_module("layers", Linear(1, 1)));
    }

    [Fact]
    public void A_part_under_two_names_is_listed_once()
    {
        using var model = new Twice();
        Assert.Single(model.parameters());
    }

    [Fact]
    public void The_state_is_the_tensors_themselves_and_loading_copies_into_them()
    {
        using var scope = NewDisposeScope();
        using var model = new Mixed();
        var handle = model.state_dict()["own"].Handle;
        var source = model.state_dict().ToDictionary(e => e.Key, e => ones_like(e.Value) * 7);
        var (missing, unexpected) = model.load_state_dict(source);
        Assert.Empty(missing.Concat(unexpected));
        Assert.Equal(7f, model.state_dict()["layers.1.bias"][0].item<float>());
        Assert.Equal(handle, model.state_dict()["own"].Handle);
    }

    [Fact]
    public void Names_that_differ_are_refused_when_strict_and_listed_when_not()
    {
        using var scope = NewDisposeScope();
        using var model = new Mixed();
        var source = model.state_dict().Where(e => e.Key != "own").ToDictionary(e => e.Key, e => e.Value);
        source["stranger"] = ones(1);
        Assert.Throws<InvalidOperationException>(() => model.load_state_dict(source));
        var (missing, unexpected) = model.load_state_dict(source, strict: false);
        Assert.Equal(["own"], missing);
        Assert.Equal(["stranger"], unexpected);
    }

    [Fact]
    public void Training_mode_reaches_every_part()
    {
        using var model = new Mixed();
        model.eval();
        Assert.All(model.modules(), m => Assert.False(m.training));
        model.train();
        Assert.All(model.modules(), m => Assert.True(m.training));
    }

    [Fact]
    public void Converting_makes_new_parameters_and_buffers_in_their_fields_too()
    {
        using var scope = NewDisposeScope();
        using var model = new Mixed();
        var old = model.parameters().First();
        Assert.Same(model, model.to(ScalarType.BFloat16));
        Assert.True(old.IsInvalid);
        var own = model.named_parameters().Single(p => p.name == "own").parameter;
        Assert.True(own.requires_grad && own.is_leaf);
        Assert.Equal(ScalarType.BFloat16, own.dtype);
        Assert.Equal(ScalarType.BFloat16, model.state_dict()["table"].dtype);
        Assert.Equal(ScalarType.Float32, model.call(ones(1, 2, bfloat16)).dtype);
        model.to(ScalarType.BFloat16).to(CPU);
        Assert.Same(own, model.named_parameters().Single(p => p.name == "own").parameter);
    }

    [Fact]
    public void The_weight_of_an_embedding_is_a_new_object_each_time_over_one_tensor()
    {
        using var scope = NewDisposeScope();
        using var embedding = Embedding(5, 3);
        var (first, second) = (embedding.weight!, embedding.weight!);
        Assert.NotSame(first, second);
        Assert.NotEqual(first.Handle, second.Handle);
        functional.linear(embedding.call(tensor(new long[] { 1, 4 })), embedding.weight!).sum().backward();
        Assert.NotNull(first.grad);
        Assert.NotNull(embedding.parameters().Single().grad);
    }

    [Fact]
    public void Gradients_are_dropped_by_a_module_and_zeroed_on_request()
    {
        using var scope = NewDisposeScope();
        using var linear = Linear(2, 1);
        linear.call(ones(1, 2)).sum().backward();
        linear.zero_grad(set_to_none: false);
        Assert.Equal(0f, linear.weight!.grad!.abs().sum().item<float>());
        linear.zero_grad();
        Assert.Null(linear.weight!.grad);
    }

    private static readonly Comparer<string> s_order = Comparer<string>.Create((a, b) => Rank(a).CompareTo(Rank(b)));

    private static int Rank(string name) =>
        Array.IndexOf(["own", "q_proj.weight", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"], name);

    private sealed class Mixed : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "q_proj")]
        private readonly Linear query;
        private readonly ModuleList<Linear> layers;
        private readonly Parameter own;
        private readonly Tensor table;
        private readonly Tensor hidden;

        public Mixed()
            : base(nameof(Mixed))
        {
            query = Linear(2, 2, hasBias: false);
            layers = ModuleList(Linear(2, 2), Linear(2, 2));
            own = new Parameter(ones(2));
            table = arange(3, float32);
            hidden = ones(1);
            register_buffer("hidden", hidden, persistent: false);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layers[1].call(layers[0].call(query.call(input))) * own + table[0] + hidden;
    }

    private sealed class Twice : Module
    {
        private readonly Linear one;
        private readonly Linear other;

        public Twice()
            : base(nameof(Twice))
        {
            one = Linear(1, 1, hasBias: false);
            other = one;
            RegisterComponents();
        }
    }
}

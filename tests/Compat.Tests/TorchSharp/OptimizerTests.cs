using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

[Collection("torch")]
public sealed class OptimizerTests
{
    [Fact]
    public void Gradients_are_zeroed_never_removed()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(2, 1);
        using var optimizer = optim.AdamW(model.parameters());
        model.call(ones(1, 2)).sum().backward();
        optimizer.zero_grad();
        Assert.Equal(0f, model.weight!.grad!.abs().sum().item<float>());
    }

    [Fact]
    public void Weight_decay_is_zero_unless_said()
    {
        using var scope = NewDisposeScope();
        using var parameter = nn.Parameter(ones(1));
        using var optimizer = optim.AdamW([parameter], lr: 0.1);
        parameter.grad = zeros(1);
        optimizer.step();
        Assert.Equal(1f, parameter[0].item<float>());
    }

    [Fact]
    public void Groups_have_options_of_their_own()
    {
        using var scope = NewDisposeScope();
        using var decayed = nn.Parameter(ones(1));
        using var free = nn.Parameter(ones(1));
        using var apart = nn.Parameter(ones(1));
        using var optimizer = new AdamW([new AdamW.ParamGroup([decayed], new AdamW.Options { weight_decay = 0.5 }), new AdamW.ParamGroup([free], new AdamW.Options()), new AdamW.ParamGroup([apart])], lr: 0.1);
        decayed.grad = zeros(1);
        free.grad = zeros(1);
        optimizer.step();
        Assert.Equal(0.95f, decayed[0].item<float>(), 1e-6);
        Assert.Equal(1f, free[0].item<float>());
        Assert.Equal([0.1, 0.1, 1e-3], optimizer.ParamGroups.Select(g => g.LearningRate));
    }

    [Fact]
    public void A_parameter_converted_after_the_optimizer_was_made_is_unknown_to_it()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Linear(2, 1);
        using var optimizer = optim.AdamW(model.parameters());
        model.to(ScalarType.Float64);
        model.call(ones(1, 2, float64)).sum().backward();
        Assert.Throws<KeyNotFoundException>(() => optimizer.step());
    }

    [Fact]
    public void Clipping_answers_the_norm_before_and_scales_to_the_bound()
    {
        using var scope = NewDisposeScope();
        using var parameter = nn.Parameter(zeros(2));
        parameter.grad = tensor(new[] { 3f, 4f });
        double norm = nn.utils.clip_grad_norm_([parameter], 1.0);
        Assert.Equal(5.0, norm, 1e-6);
        Assert.Equal(1f, parameter.grad!.norm().item<float>(), 1e-5);
        Assert.Equal(1.0, nn.utils.clip_grad_norm_([parameter], 2.0), 1e-5);
    }

    [Fact]
    public void Moments_have_the_type_of_the_parameter()
    {
        using var scope = NewDisposeScope();
        using var parameter = nn.Parameter(ones(4).to(ScalarType.BFloat16));
        using var optimizer = optim.AdamW([parameter], lr: 1e-4);
        parameter.grad = ones(4).to(ScalarType.BFloat16);
        optimizer.step();
        Assert.Equal(1f, parameter[0].ToSingle());
    }
}

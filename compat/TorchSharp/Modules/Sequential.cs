using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parts that run one after another, each on the result of the one before.</summary>
public class Sequential : nn.Module<Tensor, Tensor>
{
    private readonly List<nn.Module<Tensor, Tensor>> _steps = [];

    internal Sequential(IEnumerable<(string Name, nn.Module<Tensor, Tensor> Module)> modules)
        : base(nameof(Sequential))
    {
        foreach (var (name, module) in modules)
        {
            register_module(name, module);
            _steps.Add(module);
        }
    }

    /// <summary>How many parts there are.</summary>
    public int Count => _steps.Count;
    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var result = input.alias();
        foreach (var step in _steps)
        {
            result = step.call(result);
        }

        return result.MoveToOuterDisposeScope();
    }

    // The parts are registered as they come.
    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
    }
}

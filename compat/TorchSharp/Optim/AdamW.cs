using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with decoupled weight decay. Moments have the parameter's type and are found by its native handle.</summary>
/// <remarks>Loshchilov and Hutter, arXiv:1711.05101, Algorithm 2, with the schedule multiplier in the learning rate.</remarks>
public sealed partial class AdamW : optim.Optimizer
{
    private readonly List<ParamGroup> _groups = [];
    private readonly Dictionary<nint, State> _state = [];

    /// <summary>One group of parameters.</summary>
    public AdamW(
        IEnumerable<Parameter> parameters,
        double lr = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double eps = 1e-8,
        double weight_decay = 0,
        bool amsgrad = false,
        bool maximize = false)
        : this([new ParamGroup(parameters, new Options())], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    /// <summary>Groups of parameters; the arguments hold where a group's options say nothing.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or is one that this stand-in does not have.</exception>
    public AdamW(
        IEnumerable<ParamGroup> parameters,
        double lr = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double eps = 1e-8,
        double weight_decay = 0,
        bool amsgrad = false,
        bool maximize = false)
    {
        Require(lr >= 0, $"Invalid learning rate: {lr}");
        Require(beta1 is >= 0 and < 1, $"Invalid beta1 value: {beta1}");
        Require(beta2 is >= 0 and < 1, $"Invalid beta2 value: {beta2}");
        Require(eps >= 0, $"Invalid eps value: {eps}");
        Require(weight_decay >= 0, $"Invalid weight_decay value: {weight_decay}");
        Require(!amsgrad && !maximize, $"amsgrad and maximize are not part of the stand-in.");
        var defaults = new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay };
        foreach (var group in parameters)
        {
            add_param_group(group, defaults);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<optim.ILearningRateController> ParamGroups => _groups;
    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => _groups.SelectMany(g => g.Parameters);
    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null)
    {
        Tensor? loss = null;
        if (closure is not null)
        {
            using var recording = enable_grad();
            loss = closure();
        }

        using var noGrad = no_grad();
        foreach (var group in _groups)
        {
            foreach (var parameter in group.Parameters)
            {
                var state = _state[parameter.IsInvalid ? 0 : parameter.Handle];
                using var gradient = parameter.grad;
                if (gradient is not null)
                {
                    Step(parameter, gradient, state, group.Options);
                }
            }
        }

        return loss;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var state in _state.Values)
        {
            state.Dispose();
        }

        _state.Clear();
    }

    private static void Step(Parameter parameter, Tensor gradient, State state, Options options)
    {
        using var scope = NewDisposeScope();
        var (beta1, beta2, eps) = (options.beta1!.Value, options.beta2!.Value, options.eps!.Value);
        var lr = options.LearningRate!.Value;
        state.step++;
        parameter.mul_(1 - (lr * options.weight_decay!.Value));
        state.exp_avg.mul_(beta1).add_(gradient, 1 - beta1);
        state.exp_avg_sq.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        var correction1 = 1 - Math.Pow(beta1, state.step);
        var correction2 = Math.Sqrt(1 - Math.Pow(beta2, state.step));
        parameter.addcdiv_(state.exp_avg, state.exp_avg_sq.sqrt().div_(correction2).add_(eps), -lr / correction1);
    }

    private static void Require(bool holds, FormattableString otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant(otherwise));
        }
    }

    private void add_param_group(ParamGroup group, Options defaults)
    {
        group.Options.Complete(defaults);
        _groups.Add(group);
        foreach (var parameter in group.Parameters)
        {
            _state[parameter.Handle] = new State(parameter);
        }
    }
}

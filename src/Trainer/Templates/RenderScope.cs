namespace Orleans.Dpo.Trainer.Templates;

/// <summary>Names and their values while a template is rendered. Loops and macros have scopes of their own; what they set is gone behind them.</summary>
internal sealed class RenderScope(RenderScope? outer, RenderBudget budget)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    public RenderBudget Budget => budget;

    public object? this[string name]
    {
        set => _values[name] = value;
    }

    /// <summary>The value of the nearest scope that has the name, or an <see cref="Undefined"/>.</summary>
    public object? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._values.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return new Undefined(name);
    }

    public RenderScope Inner() => new(this, budget);

    private RenderScope? Outer => outer;
}

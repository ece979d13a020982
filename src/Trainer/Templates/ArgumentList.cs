namespace Orleans.Dpo.Trainer.Templates;

/// <summary>Arguments as written.</summary>
internal sealed record ArgumentList(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public static ArgumentList None { get; } = new([], []);

    public CallArguments Values(RenderScope scope, int line) => new(
        [.. Positional.Select(argument => argument.Value(scope))],
        Named.ToDictionary(argument => argument.Name, argument => argument.Value.Value(scope), StringComparer.Ordinal),
        scope,
        line);
}

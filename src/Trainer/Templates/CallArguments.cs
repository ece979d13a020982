namespace Orleans.Dpo.Trainer.Templates;

/// <summary>What can be called in a template: macros, functions and methods.</summary>
internal delegate object? TemplateFunction(CallArguments arguments);

/// <summary>Arguments of a call, a filter or a test.</summary>
internal sealed record CallArguments(IReadOnlyList<object?> Positional, IReadOnlyDictionary<string, object?> Named, RenderScope Scope, int Line)
{
    /// <summary>An argument by place or by name, or what stands when it is not given.</summary>
    public object? At(int place, string name, object? otherwise = null) =>
        place < Positional.Count ? Positional[place] : Named.TryGetValue(name, out var value) ? value : otherwise;

    public bool Has(int place, string name) => place < Positional.Count || Named.ContainsKey(name);

    public string Text(int place, string name, string? otherwise = null) => At(place, name, otherwise) as string
        ?? throw Refuse($"a text is expected as {name}");

    public int Integer(int place, string name, int otherwise) => At(place, name, (long)otherwise) is long value and >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Refuse($"a whole number is expected as {name}");

    public CallArguments From(int first) => this with { Positional = [.. Positional.Skip(first)] };

    public TemplateException Refuse(string what) => new(Line, what);
}

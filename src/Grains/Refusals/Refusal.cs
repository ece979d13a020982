namespace Orleans.Dpo.Grains.Refusals;

/// <summary>An expected "no": a stable code and one sentence that says what, where and what to do.</summary>
/// <param name="Code">One of <see cref="RefusalCodes"/>; part of the API.</param>
/// <param name="Detail">For people; may change.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.refusal")]
public sealed record Refusal(string Code, string Detail);

/// <summary>A value or a refusal. A refusal is an answer, not an error: nothing is thrown.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.outcome`1")]
public sealed record Outcome<T>
{
    /// <summary>The value; meaningful only when <see cref="Refusal"/> is null.</summary>
    [Id(0)] public T? Value { get; init; }

    /// <summary>Why there is no value.</summary>
    [Id(1)] public Refusal? Refusal { get; init; }

    /// <summary>A value.</summary>
    public static implicit operator Outcome<T>(T value) => new() { Value = value };

    /// <summary>A refusal.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new() { Refusal = refusal };
}

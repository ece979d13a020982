namespace Orleans.Dpo.Compat.Tests.Orleans.BadContracts;

// The attributes are look-alikes: with the real ones the real analyzers would refuse to compile this file.
[AttributeUsage(AttributeTargets.All)]
internal sealed class GenerateSerializerAttribute : Attribute;

[AttributeUsage(AttributeTargets.All)]
internal sealed class IdAttribute(uint id) : Attribute
{
    public uint Id { get; } = id;
}

[AttributeUsage(AttributeTargets.All)]
internal sealed class AliasAttribute(string alias) : Attribute
{
    public string Alias { get; } = alias;
}

[AttributeUsage(AttributeTargets.All)]
internal sealed class ReadOnlyAttribute : Attribute;

internal interface IGrain;

internal interface IGrainBase;

[GenerateSerializer]
internal sealed class Forgotten
{
    [Id(0)]
    public int Count { get; set; }

    public string? Name { get; set; }

    public int Computed => Count + 1;
}

[GenerateSerializer]
internal sealed class Unsettable
{
    [Id(0)]
    public int Count { get; set; }

    [Id(1)]
    public int Twice => Count * 2;
}

[GenerateSerializer]
internal sealed class SameId
{
    [Id(0)]
    public int First { get; set; }

    [Id(0)]
    public int Second { get; set; }
}

internal interface IWithProperty : IGrain
{
    int Size { get; }
}

internal interface IReturnsPlain : IGrain
{
    int Read();
}

internal interface IByReference : IGrain
{
    Task ReadAsync(out int value);
}

internal interface ITwoTokens : IGrain
{
    Task ReadAsync(CancellationToken first, CancellationToken second);
}

internal interface ISameAlias : IGrain
{
    [Alias("a")]
    Task ReadAsync();

    [Alias("a")]
    Task WriteAsync();
}

internal sealed class AttributeOnClass : IGrainBase
{
    [ReadOnly]
    public static Task ReadAsync() => Task.CompletedTask;
}

[Alias("x")]
internal sealed class FirstAlias;

[Alias("x")]
internal sealed class SecondAlias;

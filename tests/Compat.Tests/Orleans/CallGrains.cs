using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Dpo.Compat.Tests.Orleans;

[GenerateSerializer]
internal sealed class Basket
{
    [Id(0)]
    public List<string> Items { get; set; } = [];

    [Id(1)]
    public Dictionary<string, Basket> Inner { get; init; } = [];

    [field: NonSerialized]
    internal string? NotCarried { get; set; }
}

[GenerateSerializer]
internal record Shape([property: Id(0)] string Name);

[GenerateSerializer]
internal sealed record Square(string Name, double Side, ImmutableArray<int> Marks) : Shape(Name)
{
    [Id(0)]
    public List<string>? Notes { get; init; }
}

[GenerateSerializer, Immutable]
internal sealed class Poster
{
    [Id(0)]
    public List<string> Lines { get; init; } = [];
}

[GenerateSerializer]
internal readonly record struct Mark(string Value, DateTimeOffset At);

internal sealed class Stranger
{
    public int Value { get; set; }
}

[GenerateSerializer]
internal sealed class KnownException(string message, int code) : Exception(message)
{
    [Id(0)]
    public int Code { get; } = code;
}

internal sealed class UnknownException(string message) : Exception(message);

internal interface ICallGrain : IGrainWithStringKey
{
    Task<int> PingAsync(int value);

    ValueTask<int> ValuePingAsync(int value);

    ValueTask NothingAsync();

    Task<List<string>> KeepAsync(List<string> items);

    Task<List<string>> KeptAsync();

    Task<Basket> EchoAsync(Basket basket);

    Task<Shape> EchoShapeAsync(Shape shape);

    Task<Mark[]> EchoMarksAsync(Mark[] marks);

    Task<object?> EchoAnyAsync(object? value);

    Task<bool> IsSameAsync(object a, object b);

    Task KeepPosterAsync(Poster poster);

    Task KeepImmutableAsync(Immutable<List<string>> list);

    Task<ICallGrain> EchoGrainAsync(ICallGrain grain);

    Task ThrowAsync(string kind);

    Task<string?> ContextAsync(string name);

    Task<string?> ContextThroughAsync(string name, string otherKey);

    Task<string> WaitAsync(string gate, CancellationToken cancellationToken);

    [ResponseTimeout("00:00:01")]
    Task SlowAsync(string gate);

    [OneWay]
    Task TellAsync(string what);
}

internal sealed class CallGrain : Grain, ICallGrain
{
    private List<string> _kept = [];

    private Journal Journal => Journal.Of(this.GetPrimaryKeyString());

    public static object? LastShared { get; private set; }

    public Task<int> PingAsync(int value) => Task.FromResult(value + 1);

    public ValueTask<int> ValuePingAsync(int value) => new(value + 2);

    public ValueTask NothingAsync() => default;

    public Task<List<string>> KeepAsync(List<string> items)
    {
        items.Add("by the grain");
        _kept = items;
        return Task.FromResult(_kept);
    }

    public Task<List<string>> KeptAsync() => Task.FromResult(_kept);

    public Task<Basket> EchoAsync(Basket basket) => Task.FromResult(basket);

    public Task<Shape> EchoShapeAsync(Shape shape) => Task.FromResult(shape);

    public Task<Mark[]> EchoMarksAsync(Mark[] marks) => Task.FromResult(marks);

    public Task<object?> EchoAnyAsync(object? value) => Task.FromResult(value);

    public Task<bool> IsSameAsync(object a, object b) => Task.FromResult(ReferenceEquals(a, b));

    public Task KeepPosterAsync(Poster poster)
    {
        LastShared = poster;
        return Task.CompletedTask;
    }

    public Task KeepImmutableAsync(Immutable<List<string>> list)
    {
        LastShared = list.Value;
        return Task.CompletedTask;
    }

    public Task<ICallGrain> EchoGrainAsync(ICallGrain grain) => Task.FromResult(grain);

    public Task ThrowAsync(string kind) => kind switch
    {
        "bcl" => throw new InvalidOperationException("not now", new IOException("inside")),
        "known" => throw new KnownException("known", 42),
        "unknown" => throw new UnknownException("unknown"),
        _ => throw new OperationCanceledException("stopped"),
    };

    public Task<string?> ContextAsync(string name)
    {
        var value = RequestContext.Get(name) as string;
        RequestContext.Set(name, "changed by the callee");
        return Task.FromResult(value);
    }

    public Task<string?> ContextThroughAsync(string name, string otherKey) => GrainFactory.GetGrain<ICallGrain>(otherKey).ContextAsync(name);

    public async Task<string> WaitAsync(string gate, CancellationToken cancellationToken)
    {
        Journal.Add("waiting");
        using var registration = cancellationToken.Register(() => Journal.Add("signalled"));
        await Journal.Gate(gate);
        return "done";
    }

    public async Task SlowAsync(string gate)
    {
        Journal.Add("slow");
        await Journal.Gate(gate);
        Journal.Add("finished all the same");
    }

    public Task TellAsync(string what)
    {
        Journal.Add(what);
        throw new InvalidOperationException("nobody hears this");
    }
}

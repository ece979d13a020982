using System.Globalization;

namespace Orleans.Dpo.Bench;

/// <summary>A class as application messages are: ten texts and a small dictionary.</summary>
[GenerateSerializer]
public sealed class EchoItem
{
    [Id(0)]
    public string[] Texts { get; set; } = [.. Enumerable.Range(0, 10).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    [Id(1)]
    public Dictionary<string, string> Pairs { get; set; } = new() { ["a"] = "1", ["b"] = "2" };
}

/// <summary>What is measured.</summary>
public interface IPingGrain : IGrainWithStringKey
{
    Task<int> PingAsync(int value);

    Task<EchoItem> EchoAsync(EchoItem item);
}

/// <summary>Answers at once.</summary>
public sealed class PingGrain : Grain, IPingGrain
{
    public Task<int> PingAsync(int value) => Task.FromResult(value);

    public Task<EchoItem> EchoAsync(EchoItem item) => Task.FromResult(item);
}

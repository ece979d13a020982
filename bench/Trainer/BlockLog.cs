using System.Text.Json;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>Values of blocks by name, kept in a file when there is one, so that parts of a measurement add up.</summary>
internal sealed class BlockLog
{
    private readonly string? _file;
    private readonly Dictionary<string, List<double>> _values = [];

    public BlockLog(string? file)
    {
        _file = file;
        if (file is not null && File.Exists(file))
        {
            _values = JsonSerializer.Deserialize<Dictionary<string, List<double>>>(File.ReadAllText(file))!;
        }
    }

    public IReadOnlyList<double> this[string name] => _values.GetValueOrDefault(name) ?? [];

    /// <summary>Blocks that a measure has already.</summary>
    public int Count(string name) => this[name].Count;

    public void Add(string name, double value)
    {
        if (!_values.TryGetValue(name, out var list))
        {
            _values[name] = list = [];
        }

        list.Add(value);
        if (_file is not null)
        {
            File.WriteAllText(_file, JsonSerializer.Serialize(_values, BenchJob.Format));
        }
    }
}

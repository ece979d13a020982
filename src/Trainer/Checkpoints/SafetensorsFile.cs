using System.Collections.Immutable;
using Orleans.Dpo.Trainer.Failures;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>One safetensors file opened for reading.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly long _dataStart;

    public SafetensorsFile(string path)
    {
        if (!File.Exists(path))
        {
            throw TrainerException.BadInput($"{path} does not exist. A model folder needs config.json, tokenizer.json and model.safetensors.");
        }

        Path = path;
        _stream = File.OpenRead(path);
        try
        {
            Entries = SafetensorsHeader.Read(_stream, path, out _dataStart);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public ImmutableArray<TensorEntry> Entries { get; }

    /// <summary>Reads one tensor in its stored type, onto the CPU.</summary>
    public Tensor Read(TensorEntry entry)
    {
        var bytes = entry.End - entry.Begin;
        if (bytes > int.MaxValue)
        {
            throw SafetensorsHeader.Refuse(Path, $"tensor {entry.Name} has {bytes} bytes; tensors up to 2 GiB are read");
        }

        var tensor = empty([.. entry.Shape], entry.Type, CPU);
        if (bytes > 0)
        {
            _stream.Position = _dataStart + entry.Begin;
            _stream.ReadExactly(tensor.bytes);
        }

        return tensor;
    }

    public void Dispose() => _stream.Dispose();
}

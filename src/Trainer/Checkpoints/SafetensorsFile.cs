using System.Collections.Immutable;
using Orleans.Dpo.Trainer.Failures;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>One safetensors file opened for reading.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    /// <summary>1 Mi elements: large enough for whole pages of disk and bus, small beside any model.</summary>
    private const long PieceElements = 1 << 20;

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
        var tensor = empty([.. entry.Shape], entry.Type, CPU);
        _stream.Position = _dataStart + entry.Begin;
        tensor.ReadBytesFromStream(_stream);
        return tensor;
    }

    /// <summary>Reads one tensor into another of the same shape, whatever its type and device, a piece at a time: nothing as large as the tensor is held beside it.</summary>
    public void ReadInto(TensorEntry entry, Tensor target)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var flat = target.view(-1);
        var count = target.numel();
        var piece = Math.Min(count, PieceElements);
        var staging = empty(piece, entry.Type, CPU);
        _stream.Position = _dataStart + entry.Begin;
        for (var start = 0L; start < count; start += piece)
        {
            var length = Math.Min(piece, count - start);
            using var part = staging.narrow(0, 0, length);
            using var place = flat.narrow(0, start, length);
            part.ReadBytesFromStream(_stream);
            place.copy_(part);
        }
    }

    public void Dispose() => _stream.Dispose();
}

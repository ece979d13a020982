using System.Text.Json;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Trainer.Jobs;

/// <summary>Writes one response a line.</summary>
internal sealed class ResponseFile : IDisposable
{
    private readonly FileStream _stream;

    public ResponseFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
    }

    public void Write<TRow>(TRow row)
    {
        _stream.Write(JsonSerializer.SerializeToUtf8Bytes(row, JobJson.Line));
        _stream.WriteByte((byte)'\n');
    }

    public void Dispose()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
    }
}

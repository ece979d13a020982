using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;

namespace Orleans.Dpo.Trainer.Metrics;

/// <summary>Appends one JSON line a step. A resumed run first drops the lines of steps that it will do again.</summary>
internal sealed class MetricsLog : IDisposable
{
    private readonly FileStream _stream;

    public MetricsLog(string path, int stepsDone)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (File.Exists(path))
        {
            DurableFolder.ReplaceFile(path, Encoding.UTF8.GetBytes(KeptLines(path, stepsDone)));
        }

        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    public void Write(JobMetrics metrics)
    {
        _stream.Write(JsonSerializer.SerializeToUtf8Bytes(metrics, JobJson.Line));
        _stream.WriteByte((byte)'\n');
        _stream.Flush();
    }

    public void Dispose() => _stream.Dispose();

    private static string KeptLines(string path, int stepsDone)
    {
        var kept = new StringBuilder();
        foreach (var line in File.ReadLines(path))
        {
            // A line torn by a crash is the last one and belongs to a step that is done again.
            if (StepOf(line) is { } step && step <= stepsDone)
            {
                kept.Append(line).Append('\n');
            }
        }

        return kept.ToString();
    }

    private static int? StepOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("step").GetInt32();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}

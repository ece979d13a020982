using System.Text.Json;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Trainer.Metrics;

/// <summary>Appends one JSON line a visited pair to <c>pairs.jsonl</c>. A resumed run first cuts off the visits of steps that it will do again.</summary>
internal sealed class PairLog : IDisposable
{
    public const string FileName = "pairs.jsonl";
    private readonly FileStream _stream;

    public PairLog(string path, int stepsDone)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 16);
        _stream.SetLength(Kept(_stream, stepsDone));
        _stream.Seek(0, SeekOrigin.End);
    }

    public void Write(IEnumerable<PairVisit> visits)
    {
        foreach (var visit in visits)
        {
            _stream.Write(JsonSerializer.SerializeToUtf8Bytes(visit, JobJson.Line));
            _stream.WriteByte((byte)'\n');
        }

        _stream.Flush();
    }

    /// <summary>The visits of a file in the order of the steps; a line torn by a crash is the last one and is left out.</summary>
    public static IEnumerable<PairVisit> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (Parse(line) is { } visit)
            {
                yield return visit;
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Length of the part whose steps are done; steps only grow along the file.</summary>
    private static long Kept(FileStream stream, int stepsDone)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var length = 0L;
        while (reader.ReadLine() is { } line)
        {
            if (Parse(line) is not { } visit || visit.Step > stepsDone)
            {
                break;
            }

            length += System.Text.Encoding.UTF8.GetByteCount(line) + 1;
        }

        return Math.Min(length, stream.Length);
    }

    private static PairVisit? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<PairVisit>(line, JobJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Takes rows one after another. Few stay in memory; many go to a file without a name, so that memory does not grow with the data.</summary>
/// <param name="codec">How a row is written and read.</param>
internal sealed class RowSpool<TRow>(RowCodec<TRow> codec)
{
    /// <summary>Bytes of rows above which they go to the file.</summary>
    internal const int InMemory = 4 << 20;

    private readonly MemoryStream _held = Memory();
    private readonly List<long> _starts = [];
    private FileStream? _file;

    public int Count => _starts.Count;

    public void Add(TRow row)
    {
        _starts.Add((_file?.Length ?? 0) + _held.Length);
        using (var writer = new BinaryWriter(_held, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            codec.Write(writer, row);
        }

        if (_held.Length > InMemory)
        {
            Spill();
        }
    }

    /// <summary>The rows, to be read in any order, by one thread at a time.</summary>
    public IReadOnlyList<TRow> Finish()
    {
        if (_file is not null)
        {
            Spill();
        }

        return new StoredRows<TRow>(_file ?? (Stream)_held, [.. _starts], codec);
    }

    private void Spill()
    {
        _file ??= Unnamed();
        _held.WriteTo(_file);
        _file.Flush();
        _held.SetLength(0);
    }

    /// <summary>Given to the rows in the end, with which it lives.</summary>
    private static MemoryStream Memory() => new();

    /// <summary>A file in the temporary folder (TMPDIR) that is gone when the process is, however it ends.</summary>
    private static FileStream Unnamed()
    {
        var path = Path.Combine(Path.GetTempPath(), $"orleans-dpo-rows-{Guid.NewGuid():N}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 1 << 16, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return file;
    }
}

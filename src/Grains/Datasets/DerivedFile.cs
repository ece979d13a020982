using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A derived file of a version, as its record says: <c>derived/kto/train-00000-of-00001.parquet.json</c> in the version's folder.</summary>
public sealed record DerivedFile
{
    /// <summary>Version of this format, and of what makes the rows.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Logical path.</summary>
    public required string Path { get; init; }

    /// <summary>Identity of the version it is made of.</summary>
    public required string Of { get; init; }

    /// <summary>Rows.</summary>
    public long Rows { get; init; }

    /// <summary>Length.</summary>
    public long Bytes { get; init; }

    /// <summary>64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Where its bytes are.</summary>
    public required string Blob { get; init; }

    /// <summary>The file, made now unless it was made before.</summary>
    /// <param name="store">The store.</param>
    /// <param name="manifest">The version.</param>
    /// <param name="table">One of <see cref="DerivedTable.Names"/>.</param>
    /// <param name="split">One of its splits.</param>
    /// <param name="format">One of <see cref="DerivedTable.Formats"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<DerivedFile> GetAsync(IBlobStore store, VersionManifest manifest, string table, string split, string format, CancellationToken cancellationToken)
    {
        var path = DerivedTable.PathOf(table, split, format);
        var blob = $"projects/{manifest.Project}/datasets/{manifest.Version}/{path}";
        if (await store.GetAsync(blob + ".json", cancellationToken) is { } known && JsonSerializer.Deserialize<DerivedFile>(known.Bytes.Span, JobJson.File) is { Format: 1 } made)
        {
            return made;
        }

        await using var content = new FileStream(System.IO.Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        var file = await WriteAsync(store, manifest, table, split, format, content, cancellationToken) with { Blob = blob };

        // A file without its record is what a crash left: whatever it holds, it is written anew.
        content.Position = 0;
        await store.DeleteAsync(blob, etag: null, cancellationToken);
        await store.PutIfAbsentAsync(blob, content, cancellationToken);
        await store.PutIfAbsentAsync(blob + ".json", JsonSerializer.SerializeToUtf8Bytes(file, JobJson.File), cancellationToken);
        return file;
    }

    /// <summary>Makes the file's bytes.</summary>
    public static async Task<DerivedFile> WriteAsync(IBlobStore store, VersionManifest manifest, string table, string split, string format, Stream output, CancellationToken cancellationToken)
    {
        var rows = format is "parquet"
            ? await ParquetAsync(store, manifest, table, split, output, cancellationToken)
            : await LinesAsync(store, manifest, table, split, format is "jsonl.gz", output, cancellationToken);
        await output.FlushAsync(cancellationToken);
        output.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(output, cancellationToken));
        return new() { Path = DerivedTable.PathOf(table, split, format), Of = manifest.Identity, Rows = rows, Bytes = output.Length, Sha256 = hash, Blob = "" };
    }

    private static async Task<long> LinesAsync(IBlobStore store, VersionManifest manifest, string table, string split, bool gzip, Stream output, CancellationToken cancellationToken)
    {
        long rows = 0;
        await using var zip = gzip ? new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true) : null;
        await foreach (var line in DerivedRows.ReadAsync(store, manifest, table, split, cancellationToken))
        {
            await (zip ?? output).WriteAsync(line, cancellationToken);
            rows++;
        }

        return rows;
    }

    private static async Task<long> ParquetAsync(IBlobStore store, VersionManifest manifest, string table, string split, Stream output, CancellationToken cancellationToken)
    {
        ParquetWriter? writer = null;
        await foreach (var line in DerivedRows.ReadAsync(store, manifest, table, split, cancellationToken))
        {
            using var row = JsonDocument.Parse(line);
            writer ??= new(output, DerivedTable.Columns(table, row.RootElement.EnumerateObject().Any(member => member is { Name: "prompt" or "chosen", Value.ValueKind: JsonValueKind.Array }), row.RootElement.TryGetProperty("weight", out _),
                row.RootElement.TryGetProperty("tags", out _) || row.RootElement.TryGetProperty("aspects", out _)));
            writer.Add(row.RootElement);
        }

        writer ??= new(output, DerivedTable.Columns(table, isChat: false, isWeighted: false));
        writer.Finish();
        return writer.Rows;
    }
}

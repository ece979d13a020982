using System.IO.Compression;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>The rows of a request as they come: JSON lines or a JSON array, plain or gzip. Nothing is read ahead of the import, so a slow store slows the sender down.</summary>
internal sealed class ImportBody : IAsyncDisposable
{
    private readonly Stream _content;
    private readonly bool _isArray;
    private readonly bool _isCopy;

    private ImportBody(Stream content, bool isArray, bool isCopy) => (_content, _isArray, _isCopy) = (content, isArray, isCopy);

    /// <summary>Opens a body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="twice">It is read more than once, and lies in a temporary file for that.</param>
    /// <param name="cancellationToken">Cancels the copy.</param>
    /// <exception cref="BadHttpRequestException">Another media type or encoding.</exception>
    public static async Task<ImportBody> OpenAsync(HttpRequest request, bool twice, CancellationToken cancellationToken)
    {
        var isArray = request.ContentType?.Split(';')[0].Trim() switch
        {
            null or "application/json" => true,
            "application/x-ndjson" or "application/jsonl" => false,
            _ => throw Unsupported("Send application/json or application/x-ndjson."),
        };
        var plain = request.Headers.ContentEncoding.ToString() switch
        {
            "" or "identity" => request.Body,
            "gzip" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
            _ => throw Unsupported("Content-Encoding is gzip or nothing."),
        };
        if (!twice)
        {
            return new(plain, isArray, isCopy: false);
        }

        var copy = TemporaryFile();
        await plain.CopyToAsync(copy, cancellationToken);
        return new(copy, isArray, isCopy: true);
    }

    /// <summary>A file that is gone when it is closed.</summary>
    public static FileStream TemporaryFile() =>
        new(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);

    /// <summary>The rows from the first on.</summary>
    public IAsyncEnumerable<SourceRow> RowsAsync(CancellationToken cancellationToken)
    {
        if (_isCopy)
        {
            _content.Position = 0;
        }

        return _isArray ? SourceRows.ArrayAsync(_content, cancellationToken) : SourceRows.LinesAsync(_content, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _content.DisposeAsync();

    private static BadHttpRequestException Unsupported(string message) => new(message, StatusCodes.Status415UnsupportedMediaType);
}

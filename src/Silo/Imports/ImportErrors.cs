using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Silo.Api;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Counts wrong rows: the first of them are kept in memory, all of them in a temporary file until the report is stored.</summary>
internal sealed class ImportErrors : IAsyncDisposable
{
    private const int Kept = 1000;
    private readonly ImmutableArray<ImportError>.Builder _errors = ImmutableArray.CreateBuilder<ImportError>();
    private FileStream? _all;

    public int Count { get; private set; }

    public ImmutableArray<ImportError> First => _errors.ToImmutable();

    public void Add(int line, string? field, string message)
    {
        Count++;
        var error = new ImportError(line, string.IsNullOrEmpty(field) ? null : field, message);
        if (_errors.Count < Kept)
        {
            _errors.Add(error);
        }

        _all ??= ImportBody.TemporaryFile();
        _all.Write([.. JsonSerializer.SerializeToUtf8Bytes(error, ApiJson.Options), (byte)'\n']);
    }

    public void Add(ImportRowException wrong) => Add(wrong.Line, wrong.Field, wrong.Detail);

    /// <summary>All of them as JSON lines from the first on, or null when there are none.</summary>
    public Stream? Lines()
    {
        _all?.Flush();
        _all?.Seek(0, SeekOrigin.Begin);
        return _all;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _all?.DisposeAsync() ?? ValueTask.CompletedTask;
}

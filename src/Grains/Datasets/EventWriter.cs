using System.Buffers;
using System.Text.Json;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Writes events for the index, one after another into the same bytes.</summary>
internal sealed class EventWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly Utf8JsonWriter _writer;

    public EventWriter() => _writer = new(_output, LedgerCodec.WriterOptions);

    /// <summary>The event's JSON, until the next one is written.</summary>
    public ReadOnlyMemory<byte> Write(LedgerEntry entry)
    {
        SourceFrames.EventJson(_output, _writer, entry);
        return _output.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}

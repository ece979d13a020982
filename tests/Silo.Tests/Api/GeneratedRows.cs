using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>A body of pairs that is made while it is sent. It can wait, or break, before a row.</summary>
internal sealed class GeneratedRows : HttpContent
{
    private readonly int _rows;
    private readonly int _bytes;
    private readonly Func<int, Task>? _before;

    public GeneratedRows(int rows, int bytesARow, Func<int, Task>? before = null)
    {
        (_rows, _bytes, _before) = (rows, bytesARow, before);
        Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var filling = new string('x', Math.Max(1, _bytes - 100));
        for (var row = 0; row < _rows; row++)
        {
            if (_before is not null)
            {
                await _before(row);
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes($$"""{"prompt":"question {{row / 4}}","response_a":"one {{row}}","response_b":"other {{row}} {{filling}}"}""" + "\n"));
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

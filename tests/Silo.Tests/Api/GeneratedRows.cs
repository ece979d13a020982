using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>A body of pairs, rankings or gold that is made while it is sent. It can wait, or break, before a row.</summary>
internal sealed class GeneratedRows : HttpContent
{
    private readonly int _rows;
    private readonly int _bytes;
    private readonly Func<int, Task>? _before;
    private readonly string _form;

    public GeneratedRows(int rows, int bytesARow, Func<int, Task>? before = null, string form = "pairs")
    {
        (_rows, _bytes, _before, _form) = (rows, bytesARow, before, form);
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

            var (one, other) = ($"\"one {row}\"", $"\"other {row} {filling}\"");
            var answers = _form is "rankings" ? $"\"responses\":[{one},{other},\"third\"]" : $"\"response_a\":{one},\"response_b\":{other}{(_form is "gold" ? ",\"right\":\"a\"" : "")}";
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{{\"prompt\":\"question {row / 4}\",{answers}}}\n"));
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

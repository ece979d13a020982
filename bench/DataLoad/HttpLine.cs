using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orleans.Dpo.Bench;

/// <summary>One connection that sends prepared bytes and reads whole answers: a load program must not cost what it measures.</summary>
internal sealed class HttpLine : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[1 << 14];

    public static async Task<HttpLine> OpenAsync(Uri url)
    {
        var line = new HttpLine();
        await line._socket.ConnectAsync(IPAddress.Loopback, url.Port);
        return line;
    }

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(string method, string path, string key, string? body)
    {
        var content = body is null ? "" : string.Create(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        return Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n{content}\r\n{body}");
    }

    /// <summary>Sends a request and reads its answer: a length or chunks, both whole.</summary>
    public async Task<(int Status, string Body)> SendAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        var (filled, head) = (0, -1);
        while (head < 0)
        {
            filled += await ReceiveAsync(filled);
            head = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
        }

        var headers = Encoding.ASCII.GetString(_buffer, 0, head);
        var start = head + 4;
        var status = int.Parse(headers.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        if (Header(headers, "Content-Length: ") is { } length)
        {
            for (var end = start + int.Parse(length, CultureInfo.InvariantCulture); filled < end;)
            {
                filled += await ReceiveAsync(filled);
            }

            return (status, Encoding.UTF8.GetString(_buffer, start, filled - start));
        }

        if (Header(headers, "Transfer-Encoding: ") is null)
        {
            return (status, "");
        }

        while (!_buffer.AsSpan(start, filled - start).EndsWith("0\r\n\r\n"u8))
        {
            filled += await ReceiveAsync(filled);
        }

        return (status, Unchunk(_buffer.AsSpan(start, filled - start)));
    }

    public void Dispose() => _socket.Dispose();

    private static string? Header(string headers, string name)
    {
        var at = headers.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : headers[(at + name.Length)..].Split('\r')[0];
    }

    private static string Unchunk(ReadOnlySpan<byte> chunks)
    {
        var text = new StringBuilder();
        while (true)
        {
            var feed = chunks.IndexOf("\r\n"u8);
            var length = int.Parse(Encoding.ASCII.GetString(chunks[..feed]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                return text.ToString();
            }

            text.Append(Encoding.UTF8.GetString(chunks.Slice(feed + 2, length)));
            chunks = chunks[(feed + 4 + length)..];
        }
    }

    private async Task<int> ReceiveAsync(int filled)
    {
        if (filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * filled);
        }

        return await _socket.ReceiveAsync(_buffer.AsMemory(filled)) is > 0 and var read ? read : throw new IOException("The server closed the connection.");
    }
}

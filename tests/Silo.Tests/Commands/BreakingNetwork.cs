using System.Net;
using System.Net.Sockets;

namespace Orleans.Dpo.Silo.Tests.Commands;

/// <summary>A network in between that ends each connection after some bytes of answers, or goes silent for good after some bytes in all.</summary>
internal sealed class BreakingNetwork : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _bytesOfAConnection;
    private readonly Uri _server;
    private readonly Task _accepting;
    private long _left;
    private int _broken;

    public BreakingNetwork(Uri server, int bytesOfAConnection, long stopAfter = long.MaxValue)
    {
        (_server, _bytesOfAConnection, _left) = (server, bytesOfAConnection, stopAfter);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Connections that were ended.</summary>
    public int Broken => _broken;

    /// <summary>Done when it went silent.</summary>
    public Task Stopped => _stopped.Task;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var links = new List<Task>();
        try
        {
            while (true)
            {
                links.Add(LinkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(links);
        }
    }

    private async Task LinkAsync(TcpClient client)
    {
        using var behind = new TcpClient();
        using (client)
        {
            await behind.ConnectAsync(IPAddress.Loopback, _server.Port, _stop.Token);
            var asked = CopyAsync(client.GetStream(), behind.GetStream(), long.MaxValue);
            await CopyAsync(behind.GetStream(), client.GetStream(), _bytesOfAConnection);
            behind.Close();
            client.Close();
            await asked;
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, long budget)
    {
        var (buffer, isAnswer) = (new byte[2048], budget < long.MaxValue);
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, _stop.Token)) > 0; budget -= read)
            {
                if (isAnswer && Interlocked.Add(ref _left, -read) <= 0)
                {
                    _stopped.TrySetResult();
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }

                if (budget < read)
                {
                    Interlocked.Increment(ref _broken);
                    return;
                }

                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The other side went first.
            return;
        }
    }
}

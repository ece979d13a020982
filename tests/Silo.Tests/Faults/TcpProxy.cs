using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>A network in between: it can be slow, be cut in the middle of whatever is under way, end each connection after some bytes of answers, or go silent for good after some bytes in all.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    // Small, so that what is counted is counted closely.
    private const int PieceBytes = 1 << 12;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int> _target;
    private readonly Task _accepting;
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isCut;
    private long _answered;
    private int _broken;

    /// <param name="target">The port behind, asked for each connection.</param>
    public TcpProxy(Func<int> target)
    {
        _target = target;
        _listener.Start(1024);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Time that each piece waits on its way.</summary>
    public TimeSpan Delay { get; set; }

    public int Cuts { get; private set; }

    /// <summary>Bytes of answers after which a connection ends; the piece that reaches them is lost.</summary>
    public long BytesOfAConnection { get; init; } = long.MaxValue;

    /// <summary>Bytes of answers, over all connections, after which nothing comes through any more.</summary>
    public long BytesInAll { get; init; } = long.MaxValue;

    /// <summary>Connections that were ended by <see cref="BytesOfAConnection"/>.</summary>
    public int Broken => _broken;

    /// <summary>Done when <see cref="BytesInAll"/> are through.</summary>
    public Task Silent => _silent.Task;

    /// <summary>Ends all connections now and refuses new ones until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        Cuts++;
        _isCut = true;
        foreach (var socket in _open.Keys)
        {
            socket.Close(0);
        }
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
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
                links.Add(LinkAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(links);
        }
    }

    private async Task LinkAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (near)
        {
            near.NoDelay = true;
            _open.TryAdd(near, true);
            _open.TryAdd(far, true);
            try
            {
                if (!_isCut)
                {
                    await far.ConnectAsync(IPAddress.Loopback, _target(), _stop.Token);
                    await Task.WhenAny(PumpAsync(near, far, isAnswer: false), PumpAsync(far, near, isAnswer: true));
                }
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Nobody behind, or cut while it connected: the caller sees a connection that ends.
                near.Close(0);
            }
            finally
            {
                _open.TryRemove(near, out _);
                _open.TryRemove(far, out _);
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isAnswer)
    {
        var (buffer, sent) = (new byte[PieceBytes], 0L);
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, _stop.Token)) > 0;)
            {
                if (Delay > TimeSpan.Zero)
                {
                    await Task.Delay(Delay, _stop.Token);
                }

                if (isAnswer && Interlocked.Add(ref _answered, read) >= BytesInAll)
                {
                    _silent.TrySetResult();
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                }

                sent += read;
                if (isAnswer && sent > BytesOfAConnection)
                {
                    Interlocked.Increment(ref _broken);
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The link ends with its first side.
            from.Close(0);
        }
    }
}

using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace Orleans.Dpo.Bench;

/// <summary>The least that a durable endpoint must do: append what has gathered, sync once, answer all of them.</summary>
internal sealed partial class BareLog : IAsyncDisposable
{
    private readonly Channel<(ReadOnlyMemory<byte> Bytes, TaskCompletionSource Durable)> _waiting = Channel.CreateUnbounded<(ReadOnlyMemory<byte>, TaskCompletionSource)>();
    private readonly SafeFileHandle _file;
    private readonly Task _loop;

    public BareLog(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        _loop = Task.Run(WriteAsync);
    }

    public Task AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Writer.TryWrite((bytes, durable));
        return durable.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        await _loop;
        _file.Dispose();
    }

    private async Task WriteAsync()
    {
        long position = 0;
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var group = new List<TaskCompletionSource>();
            using var bytes = new MemoryStream();
            while (group.Count < 512 && _waiting.Reader.TryRead(out var next))
            {
                bytes.Write(next.Bytes.Span);
                group.Add(next.Durable);
            }

            RandomAccess.Write(_file, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), position);
            position += bytes.Length;
            if (Fdatasync(_file) != 0)
            {
                throw new IOException("fdatasync failed.");
            }

            group.ForEach(durable => durable.SetResult());
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle file);
}

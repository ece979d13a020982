using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Orleans.Dpo.Bench;

/// <summary>The least that any durable log must do: write a group of records and wait for fdatasync. One file and one thread a shard.</summary>
internal static partial class BareAppends
{
    private const int RecordBytes = 640;

    public static double PerSecond(string folder, int files, int group)
    {
        var watch = Stopwatch.StartNew();
        var counts = new long[files];
        var threads = Enumerable.Range(0, files).Select(file => new Thread(() => counts[file] = Append(Path.Combine(folder, $"bare-{file}"), group))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static long Append(string path, int group)
    {
        using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        var bytes = new byte[RecordBytes * group];
        long position = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(1); position += bytes.Length)
        {
            RandomAccess.Write(handle, bytes, position);
            if (Fdatasync(handle) != 0)
            {
                throw new IOException("fdatasync failed.");
            }
        }

        return position / RecordBytes;
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle file);
}

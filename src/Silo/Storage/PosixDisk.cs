using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Orleans.Dpo.Silo.Storage;

/// <summary>The real disk. .NET has no call that syncs a directory, links a file or waits for a lock, so those go to libc.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class PosixDisk : IDisk
{
    private const FileShare Everyone = FileShare.ReadWrite | FileShare.Delete;

    public bool Blocks => true;

    public DiskStat? Stat(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists)
        {
            return StatOf(file);
        }

        return Directory.Exists(path) ? new DiskStat(0, 0, true, false) : null;
    }

    public IDiskFile? Open(string path, DiskOpen how)
    {
        try
        {
            var mode = how is DiskOpen.CreateNew ? FileMode.CreateNew : FileMode.Open;
            var access = how is DiskOpen.Read ? FileAccess.Read : FileAccess.ReadWrite;
            return new OpenFile(File.OpenHandle(path, mode, access, Everyone), path);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException && how is not DiskOpen.CreateNew)
        {
            return null;
        }
        catch (IOException) when (how is DiskOpen.CreateNew && File.Exists(path))
        {
            return null;
        }
    }

    public Stream? OpenRead(string path, long offset)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, Everyone, 1 << 16) { Position = offset };
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public IReadOnlyList<KeyValuePair<string, DiskStat>> List(string directory)
    {
        var entries = new List<KeyValuePair<string, DiskStat>>();
        try
        {
            foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
            {
                // A file that another process deletes meanwhile is simply not listed.
                if (entry is not FileInfo file)
                {
                    entries.Add(new(entry.Name, new DiskStat(0, 0, true, false)));
                }
                else if (file.Exists)
                {
                    entries.Add(new(file.Name, StatOf(file)));
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }

        return entries;
    }

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public void SyncDirectory(string path)
    {
        using var handle = OpenDescriptor(path);
        if (Fsync(handle) != 0)
        {
            throw Failed("fsync", path);
        }
    }

    public bool Link(string existing, string path)
    {
        if (LinkNames(existing, path) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == 17 /* EEXIST */ ? false : throw Failed("link", path);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public bool Unlink(string path)
    {
        if (UnlinkName(path) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() is 2 /* ENOENT */ or 20 /* ENOTDIR */ ? false : throw Failed("unlink", path);
    }

    public IDisposable Lock(string path)
    {
        if (!File.Exists(path))
        {
            using var created = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, Everyone);
        }

        // Not File.OpenHandle: it takes a lock of its own that does not wait.
        var handle = OpenDescriptor(path);
        while (Flock(handle, 2 /* LOCK_EX */) != 0)
        {
            if (Marshal.GetLastPInvokeError() != 4 /* EINTR */)
            {
                handle.Dispose();
                throw Failed("flock", path);
            }
        }

        return handle;
    }

    private static DiskStat StatOf(FileInfo file) =>
        new(file.Length, file.LastWriteTimeUtc.Ticks, false, (file.UnixFileMode & UnixFileMode.UserWrite) == 0);

    private static SafeFileHandle OpenDescriptor(string path)
    {
        var handle = OpenPath(path, 0x80000 /* O_RDONLY | O_CLOEXEC */);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw Failed("open", path);
        }

        return handle;
    }

    private static IOException Failed(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of '{path}' failed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenPath(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkNames(string existing, string path);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkName(string path);

    [UnsupportedOSPlatform("windows")]
    private sealed class OpenFile(SafeFileHandle handle, string path) : IDiskFile
    {
        public DiskStat Stat() =>
            new(RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle).Ticks, false, (File.GetUnixFileMode(handle) & UnixFileMode.UserWrite) == 0);

        public int Read(long offset, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

        public void Truncate(long length) => RandomAccess.SetLength(handle, length);

        public void SetStamp(long ticks) => File.SetLastWriteTimeUtc(handle, new DateTime(ticks, DateTimeKind.Utc));

        public void SetReadOnly() => File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        // .NET's own flush forgives EROFS and EINVAL; an acknowledgement must not.
        public void Sync()
        {
            if (Fsync(handle) != 0)
            {
                throw Failed("fsync", path);
            }
        }

        public void SyncContent()
        {
            if (Fdatasync(handle) != 0)
            {
                throw Failed("fdatasync", path);
            }
        }

        public void Dispose() => handle.Dispose();
    }
}

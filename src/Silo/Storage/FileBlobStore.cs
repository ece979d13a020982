using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Storage;

/// <summary>Blobs as plain files of one folder. Everything is durable before it is acknowledged; two processes may share the folder.</summary>
/// <remarks>
/// A blob's name is its path. The store's own files are in <c>.store</c>: locks and files being written. A sealed blob is a read-only file.
/// The ETag is the file's change time and length: replacing sets a later time than the replaced file had, and both survive restarts and copies
/// that keep times. docs/formats/storage.md has the rules and the order of the calls.
/// </remarks>
public sealed partial class FileBlobStore : IBlobStore
{
    private const int LockCount = 256;

    private readonly IDisk _disk;
    private readonly string _root;
    private readonly string _temporary;
    private readonly string _locks;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, LockCount).Select(_ => new SemaphoreSlim(1, 1))];

    // Directory entries that this process has synced itself. Another process (or this one before a kill) may have made an entry and not synced it.
    private readonly ConcurrentDictionary<string, bool> _durable = new(StringComparer.Ordinal);

    // Files whose last bytes this process has synced.
    private readonly ConcurrentDictionary<string, bool> _ownTail = new(StringComparer.Ordinal);

    // Files with bytes after a failed sync that could not be cut off again: nobody may read what a power cut can take back.
    private readonly ConcurrentDictionary<string, bool> _suspect = new(StringComparer.Ordinal);
    private long _lastStamp;

    /// <summary>A store in a folder, which is created when it is absent.</summary>
    public FileBlobStore(string root, TimeProvider time)
        : this(OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException("The file store needs Linux or macOS.") : new PosixDisk(), Path.GetFullPath(root), time)
    {
    }

    internal FileBlobStore(IDisk disk, string root, TimeProvider time)
    {
        (_disk, _root, _time) = (disk, root.TrimEnd('/'), time);
        _temporary = $"{_root}/.store/tmp";
        _locks = $"{_root}/.store/locks";
        EnsureDirectory(_temporary);
        EnsureDirectory(_locks);
        RemoveLeftovers();
    }

    /// <inheritdoc/>
    public Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(name, path =>
        {
            using var file = _disk.Open(path, DiskOpen.Read);
            if (file is null)
            {
                return null;
            }

            var stat = file.Stat();
            var bytes = GC.AllocateUninitializedArray<byte>(checked((int)stat.Length));
            return new BlobContent(bytes.AsMemory(0, file.Read(0, bytes)), ETag(stat));
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<BlobInfo?> StatAsync(string name, CancellationToken cancellationToken) =>
        RunAsync(name, path => _disk.Stat(path) is { IsDirectory: false } stat ? Info(name, stat) : null, cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> GetRangeAsync(string name, long offset, int length, CancellationToken cancellationToken) =>
        RunAsync(name, path =>
        {
            using var file = _disk.Open(path, DiskOpen.Read);
            if (file is null)
            {
                return (ReadOnlyMemory<byte>?)null;
            }

            var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(file.Stat().Length - offset, 0, length));
            return bytes.AsMemory(0, file.Read(offset, bytes));
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<int?> ReadAsync(string name, long offset, Memory<byte> into, CancellationToken cancellationToken) =>
        RunAsync(name, path =>
        {
            using var file = _disk.Open(path, DiskOpen.Read);
            return file?.Read(offset, into.Span);
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string name, long offset, CancellationToken cancellationToken) =>
        RunAsync(name, path => _disk.OpenRead(path, offset), cancellationToken);

    /// <inheritdoc/>
    public Task<BlobInfo?> PutIfMatchAsync(string name, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        LockedAsync(name, path =>
        {
            if (_disk.Stat(path) is not { IsDirectory: false } old || ETag(old) != etag)
            {
                return null;
            }

            var temporary = NewTemporary();
            DiskStat stat;
            try
            {
                using var file = _disk.Open(temporary, DiskOpen.CreateNew)!;
                file.Write(0, content.Span);
                MakeDurable(file, NextStamp(old.Stamp));
                stat = file.Stat();
                _disk.Rename(temporary, path);
            }
            catch
            {
                _disk.Unlink(temporary);
                throw;
            }

            EnsureDirectory(Parent(path));
            _disk.SyncDirectory(Parent(path));
            return Info(name, stat);
        }, cancellationToken);

    /// <inheritdoc/>
    public Task<AppendOutcome> AppendAsync(string name, long position, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        LockedAsync(name, path =>
        {
            switch (_disk.Stat(path))
            {
                case { IsReadOnly: true }:
                    return AppendOutcome.Sealed;
                case { } stat when stat.Length != position:
                case null when position != 0:
                    _ownTail.TryRemove(path, out _);
                    return AppendOutcome.WrongPosition;
                case null:
                    EnsureDirectory(Parent(path));
                    break;
            }

            using var file = _disk.Open(path, DiskOpen.Write) ?? _disk.Open(path, DiskOpen.CreateNew)!;
            try
            {
                SyncForeignTail(file, path);
                file.Write(position, content.Span);
                file.SyncContent();
                SyncEntryOnce(path);
            }
            catch
            {
                _ownTail.TryRemove(path, out _);
                CutOff(file, path, position);
                throw;
            }

            return AppendOutcome.Appended;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task SealAsync(string name, CancellationToken cancellationToken) =>
        LockedAsync(name, path => Done(() =>
        {
            // Read access is enough to change the mode, and a sealed file cannot be opened for writing.
            using var file = _disk.Open(path, DiskOpen.Read) ?? throw new FileNotFoundException($"There is no blob '{name}' to seal.", name);
            file.SetReadOnly();
            file.Sync();
            SyncEntryOnce(path);
        }), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string name, string? etag, CancellationToken cancellationToken) =>
        LockedAsync(name, path =>
        {
            if (_disk.Stat(path) is not { IsDirectory: false } stat || (etag is not null && ETag(stat) != etag))
            {
                return false;
            }

            var deleted = _disk.Unlink(path);
            _disk.SyncDirectory(Parent(path));
            _durable.TryRemove(path, out _);
            _ownTail.TryRemove(path, out _);
            _suspect.TryRemove(path, out _);
            return deleted;
        }, cancellationToken);

    private static bool Done(Action work)
    {
        work();
        return true;
    }

    private static string ETag(DiskStat stat) => $"{stat.Stamp:x}-{stat.Length:x}";

    private static BlobInfo Info(string name, DiskStat stat) => new(name, stat.Length, ETag(stat), stat.IsReadOnly);

    private static string Parent(string path) => path[..path.LastIndexOf('/')];

    private string NewTemporary() => $"{_temporary}/{Guid.NewGuid():N}";

    private static void MakeDurable(IDiskFile file, long stamp)
    {
        file.SetStamp(stamp);
        file.Sync();
    }

    private long NextStamp(long replaced)
    {
        while (true)
        {
            var last = Interlocked.Read(ref _lastStamp);
            var next = Math.Max(_time.GetUtcNow().UtcTicks, Math.Max(last, replaced) + 1);
            if (Interlocked.CompareExchange(ref _lastStamp, next, last) == last)
            {
                return next;
            }
        }
    }

    private void EnsureDirectory(string path)
    {
        if (_durable.ContainsKey(path))
        {
            return;
        }

        var parent = Parent(path);
        if (parent.Length == 0)
        {
            _disk.CreateDirectory(path);
            _durable.TryAdd(path, true);
            return;
        }

        if (path.StartsWith(_root, StringComparison.Ordinal))
        {
            EnsureDirectory(parent);
        }

        _disk.CreateDirectory(path);
        _disk.SyncDirectory(parent);
        _durable.TryAdd(path, true);
    }

    private void SyncEntryOnce(string path)
    {
        if (!_durable.ContainsKey(path))
        {
            EnsureDirectory(Parent(path));
            _disk.SyncDirectory(Parent(path));
            _durable.TryAdd(path, true);
        }
    }

    /// <summary>Whoever wrote the tail may have died between write and sync; what is appended to it says that it is durable, so it must be before.</summary>
    private void SyncForeignTail(IDiskFile file, string path)
    {
        if (!_ownTail.ContainsKey(path))
        {
            file.SyncContent();
            _ownTail.TryAdd(path, true);
        }
    }

    /// <summary>Takes a failed append back, so that no reader sees bytes that are not durable.</summary>
    private void CutOff(IDiskFile file, string path, long position)
    {
        try
        {
            if (file.Stat().Length > position)
            {
                file.Truncate(position);
                file.SyncContent();
            }
        }
        catch (IOException)
        {
            _suspect.TryAdd(path, true);
        }
    }

    private void RemoveLeftovers()
    {
        var old = _time.GetUtcNow().UtcTicks - TimeSpan.TicksPerDay;
        foreach (var (file, stat) in _disk.List(_temporary))
        {
            if (!stat.IsDirectory && stat.Stamp < old)
            {
                _disk.Unlink($"{_temporary}/{file}");
            }
        }
    }

    private async Task<T> LockedAsync<T>(string name, Func<string, T> work, CancellationToken cancellationToken)
    {
        var number = SHA256.HashData(Encoding.UTF8.GetBytes(name))[0];
        await _gates[number].WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(name, path =>
            {
                using var held = _disk.Lock($"{_locks}/{number:x2}");
                return work(path);
            }, cancellationToken);
        }
        finally
        {
            _gates[number].Release();
        }
    }

    private Task<T> RunAsync<T>(string name, Func<string, T> work, CancellationToken cancellationToken)
    {
        var path = $"{_root}/{BlobName.Check(name)}";
        return OffThreadAsync(() => _suspect.ContainsKey(path)
            ? throw new IOException($"'{name}' has bytes that could not be made durable. Repair the disk and restart.")
            : work(path), cancellationToken);
    }

    private Task<T> OffThreadAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (_disk.Blocks)
        {
            return Task.Run(work, cancellationToken);
        }

        try
        {
            return Task.FromResult(work());
        }
        catch (Exception failure) when (failure is IOException or ArgumentException)
        {
            return Task.FromException<T>(failure);
        }
    }
}

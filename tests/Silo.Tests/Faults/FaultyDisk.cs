using Orleans.Dpo.Silo.Storage;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>The real disk, until it is full or mounted read-only.</summary>
internal sealed class FaultyDisk(IDisk disk) : IDisk
{
    private long _refused;
    private volatile DiskFault _fault;

    public DiskFault Fault { get => _fault; set => _fault = value; }

    /// <summary>Operations that failed.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public bool Blocks => true;

    public DiskStat? Stat(string path) => disk.Stat(path);

    public IDiskFile? Open(string path, DiskOpen how)
    {
        if (how is DiskOpen.CreateNew)
        {
            CheckRoom();
        }
        else if (how is DiskOpen.Write)
        {
            CheckWritable();
        }

        return disk.Open(path, how) is { } file ? new OpenFile(this, file) : null;
    }

    public Stream? OpenRead(string path, long offset) => disk.OpenRead(path, offset);

    public IReadOnlyList<KeyValuePair<string, DiskStat>> List(string directory) => disk.List(directory);

    public void CreateDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            CheckRoom();
        }

        disk.CreateDirectory(path);
    }

    public void SyncDirectory(string path) => disk.SyncDirectory(path);

    public bool Link(string existing, string path)
    {
        CheckRoom();
        return disk.Link(existing, path);
    }

    public void Rename(string from, string to)
    {
        CheckWritable();
        disk.Rename(from, to);
    }

    public bool Unlink(string path)
    {
        CheckWritable();
        return disk.Unlink(path);
    }

    public IDisposable Lock(string path) => disk.Lock(path);

    private void CheckWritable()
    {
        if (_fault is DiskFault.ReadOnly)
        {
            Interlocked.Increment(ref _refused);
            throw new IOException("Read-only file system");
        }
    }

    private void CheckRoom()
    {
        CheckWritable();
        if (_fault is DiskFault.Full)
        {
            Interlocked.Increment(ref _refused);
            throw new IOException("No space left on device");
        }
    }

    private sealed class OpenFile(FaultyDisk owner, IDiskFile file) : IDiskFile
    {
        public DiskStat Stat() => file.Stat();

        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (owner.Fault is DiskFault.Full)
            {
                // The last free block takes the beginning of it.
                file.Write(offset, bytes[..(bytes.Length / 2)]);
            }

            owner.CheckRoom();
            file.Write(offset, bytes);
        }

        public void Truncate(long length)
        {
            owner.CheckWritable();
            file.Truncate(length);
        }

        public void SetStamp(long ticks) => file.SetStamp(ticks);

        public void SetReadOnly()
        {
            owner.CheckWritable();
            file.SetReadOnly();
        }

        public void Sync() => file.Sync();

        public void SyncContent() => file.SyncContent();

        public void Dispose() => file.Dispose();
    }
}

/// <summary>What is the matter with a disk.</summary>
internal enum DiskFault
{
    None,
    Full,
    ReadOnly,
}

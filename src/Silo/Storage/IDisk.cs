namespace Orleans.Dpo.Silo.Storage;

/// <summary>The file operations the store needs, so that tests can run it over a disk that loses what was not synced.</summary>
/// <remarks>Failures of the device (full, read-only, input/output error) are <see cref="IOException"/>s; absence and existence are values.</remarks>
internal interface IDisk
{
    /// <summary>True when calls wait for a device, so that the store leaves the caller's thread first.</summary>
    bool Blocks { get; }

    /// <summary>Facts of a file or directory, or null when there is none.</summary>
    DiskStat? Stat(string path);

    /// <summary>Opens a file; null when it is absent (or, for <see cref="DiskOpen.CreateNew"/>, present).</summary>
    IDiskFile? Open(string path, DiskOpen how);

    /// <summary>A stream over a file from an offset, or null when it is absent.</summary>
    Stream? OpenRead(string path, long offset);

    /// <summary>Names and facts of a directory's entries in no particular order; empty when there is no such directory.</summary>
    IReadOnlyList<KeyValuePair<string, DiskStat>> List(string directory);

    /// <summary>Creates one directory whose parent exists; nothing happens when it exists.</summary>
    void CreateDirectory(string path);

    /// <summary>Makes the directory's entries durable.</summary>
    void SyncDirectory(string path);

    /// <summary>Gives a file a second name; false when that name is taken.</summary>
    bool Link(string existing, string path);

    /// <summary>Moves a file over another one or to a free name in one step.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a name; false when there is none.</summary>
    bool Unlink(string path);

    /// <summary>Takes an exclusive lock that holds between processes, waiting for it; disposing gives it back.</summary>
    IDisposable Lock(string path);
}

/// <summary>How a file is opened.</summary>
internal enum DiskOpen
{
    /// <summary>An existing file for reading.</summary>
    Read,

    /// <summary>An existing file for reading and writing.</summary>
    Write,

    /// <summary>A new file for reading and writing.</summary>
    CreateNew,
}

/// <summary>Facts of a directory entry.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Stamp">Time of last change in 100 ns ticks; part of the ETag.</param>
/// <param name="IsDirectory">A directory.</param>
/// <param name="IsReadOnly">Its owner may not write: the mark of a sealed blob.</param>
internal readonly record struct DiskStat(long Length, long Stamp, bool IsDirectory, bool IsReadOnly);

/// <summary>An open file.</summary>
internal interface IDiskFile : IDisposable
{
    /// <summary>Its facts now.</summary>
    DiskStat Stat();

    /// <summary>Reads up to the buffer's length; fewer bytes only at the end of the file.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all bytes at an offset.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file.</summary>
    void Truncate(long length);

    /// <summary>Sets <see cref="DiskStat.Stamp"/>.</summary>
    void SetStamp(long ticks);

    /// <summary>Sets <see cref="DiskStat.IsReadOnly"/>.</summary>
    void SetReadOnly();

    /// <summary>Makes content and facts durable (fsync).</summary>
    void Sync();

    /// <summary>Makes content and length durable (fdatasync).</summary>
    void SyncContent();
}

using Orleans.Dpo.Silo.Storage;

namespace Orleans.Dpo.Silo.Tests.Storage;

/// <summary>
/// A disk in memory that forgets. What was synced stays; of the rest a power cut keeps a random part: single sectors of a write, a length without its
/// bytes, a name without its file's content, the second of two renames without the first.
/// </summary>
internal sealed class LossyDisk : IDisk
{
    private const int Sector = 512;
    private readonly LossyNode _root = new() { IsDirectory = true };
    private int _cutAt = int.MaxValue;

    public bool Blocks => false;

    /// <summary>Operations that changed something or synced, so far.</summary>
    public int Operations { get; private set; }

    /// <summary>Called before each such operation; throws to make it fail.</summary>
    public Action<DiskOperation, string>? Fault { get; set; }

    /// <summary>Sizes of writes that only half arrive before they fail; null for none.</summary>
    public bool TearFailedWrites { get; set; }

    public bool IsOff { get; private set; }

    /// <summary>The power goes after this many further operations.</summary>
    public void CutPowerIn(int operations) => _cutAt = Operations + operations;

    /// <summary>The process died and the machine did not: everything is still there, synced or not.</summary>
    public void Restart() => (IsOff, _cutAt) = (false, int.MaxValue);

    /// <summary>What is left after a power cut.</summary>
    public LossyDisk AfterPowerCut(Random random)
    {
        var left = new LossyDisk();
        Survive(_root, left._root, random, []);
        return left;
    }

    public DiskStat? Stat(string path)
    {
        Check();
        return Find(path)?.Stat;
    }

    public IDiskFile? Open(string path, DiskOpen how)
    {
        Check();
        var node = Find(path);
        if (how is DiskOpen.CreateNew)
        {
            if (node is not null)
            {
                return null;
            }

            Step(DiskOperation.Create, path);
            node = new LossyNode();
            SetEntry(path, node);
        }

        return node is null ? null : new OpenFile(this, node, path);
    }

    public Stream? OpenRead(string path, long offset)
    {
        Check();
        return Find(path) is { } node ? new MemoryStream(node.Content, (int)Math.Min(offset, node.Content.Length), (int)Math.Max(0, node.Content.Length - offset), writable: false) : null;
    }

    public IReadOnlyList<KeyValuePair<string, DiskStat>> List(string directory)
    {
        Check();
        return Find(directory) is { IsDirectory: true } node ? [.. node.Entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Stat))] : [];
    }

    public void CreateDirectory(string path)
    {
        Check();
        if (Find(path) is null)
        {
            Step(DiskOperation.Create, path);
            SetEntry(path, new LossyNode { IsDirectory = true });
        }
    }

    public void SyncDirectory(string path)
    {
        Step(DiskOperation.SyncDirectory, path);
        var node = Find(path) ?? throw new IOException($"No directory '{path}'.");
        node.DurableEntries = new(node.Entries);
        node.History.Clear();
    }

    public bool Link(string existing, string path)
    {
        Step(DiskOperation.Link, path);
        if (Find(path) is not null)
        {
            return false;
        }

        SetEntry(path, Find(existing) ?? throw new IOException($"No file '{existing}'."));
        return true;
    }

    public void Rename(string from, string to)
    {
        Step(DiskOperation.Rename, to);
        SetEntry(to, Find(from) ?? throw new IOException($"No file '{from}'."));
        SetEntry(from, null);
    }

    public bool Unlink(string path)
    {
        Check();
        if (Find(path) is null)
        {
            return false;
        }

        Step(DiskOperation.Unlink, path);
        SetEntry(path, null);
        return true;
    }

    // The simulation is one thread; each of the store's operations is one step of it.
    public IDisposable Lock(string path) => new MemoryStream();

    private static void Survive(LossyNode from, LossyNode to, Random random, Dictionary<LossyNode, LossyNode> copied)
    {
        foreach (var name in from.DurableEntries.Keys.Union(from.History.Select(change => change.Name)).Order(StringComparer.Ordinal))
        {
            // Of the unsynced changes to one name any number of the first ones may have reached the disk, whatever became of other names.
            var states = from.History.Where(change => change.Name == name).Select(change => change.Node).Prepend(from.DurableEntries.GetValueOrDefault(name)).ToArray();
            if (states[random.Next(states.Length)] is not { } kept)
            {
                continue;
            }

            if (!copied.TryGetValue(kept, out var copy))
            {
                copied[kept] = copy = kept.IsDirectory ? new LossyNode { IsDirectory = true } : kept.AfterPowerCut(random, Sector);
                if (kept.IsDirectory)
                {
                    Survive(kept, copy, random, copied);
                }
            }

            to.Entries[name] = to.DurableEntries[name] = copy;
        }
    }

    public LossyNode? Find(string path)
    {
        var node = _root;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!node.Entries.TryGetValue(part, out var next))
            {
                return null;
            }

            node = next;
        }

        return node;
    }

    private void SetEntry(string path, LossyNode? node)
    {
        var slash = path.LastIndexOf('/');
        var parent = Find(path[..slash]) ?? throw new IOException($"No directory '{path[..slash]}'.");
        var name = path[(slash + 1)..];
        if (parent == _root && node is not null)
        {
            // The mount point is there before the store is.
            parent.DurableEntries[name] = node;
        }
        else
        {
            parent.History.Add((name, node));
        }

        if (node is null)
        {
            parent.Entries.Remove(name);
        }
        else
        {
            parent.Entries[name] = node;
        }
    }

    private void Check()
    {
        if (IsOff)
        {
            throw new IOException("The power is off.");
        }
    }

    private void Step(DiskOperation operation, string path)
    {
        Check();
        if (++Operations >= _cutAt)
        {
            IsOff = true;
            Check();
        }

        Fault?.Invoke(operation, path);
    }

    private sealed class OpenFile(LossyDisk disk, LossyNode node, string path) : IDiskFile
    {
        public DiskStat Stat()
        {
            disk.Check();
            return node.Stat;
        }

        public int Read(long offset, Span<byte> buffer)
        {
            disk.Check();
            var count = (int)Math.Clamp(node.Content.Length - offset, 0, buffer.Length);
            node.Content.AsSpan((int)Math.Min(offset, node.Content.Length), count).CopyTo(buffer);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            try
            {
                disk.Step(DiskOperation.Write, path);
            }
            catch (IOException) when (disk.IsOff || disk.TearFailedWrites)
            {
                node.Write(offset, bytes[..(bytes.Length / 2)]);
                throw;
            }

            node.Write(offset, bytes);
        }

        public void Truncate(long length)
        {
            disk.Step(DiskOperation.Truncate, path);
            node.Truncate(length);
        }

        public void SetStamp(long ticks) => node.Stamp = ticks;

        public void SetReadOnly()
        {
            disk.Step(DiskOperation.SetReadOnly, path);
            node.IsReadOnly = true;
        }

        public void Sync()
        {
            disk.Step(DiskOperation.Sync, path);
            node.Sync();
        }

        public void SyncContent()
        {
            disk.Step(DiskOperation.Sync, path);
            node.Sync();
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>What a fault can hit.</summary>
internal enum DiskOperation
{
    Create,
    Write,
    Truncate,
    Sync,
    SyncDirectory,
    SetReadOnly,
    Link,
    Rename,
    Unlink,
}

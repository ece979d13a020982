using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>Replaces whole folders so that a crash leaves the old one or the new one, complete and on disk.</summary>
internal static partial class DurableFolder
{
    private const int ReadOnly = 0;

    /// <summary>Fills a new folder beside the target, syncs files and folders, renames it into place, syncs the parent.</summary>
    public static void Replace(string target, Action<string> fill)
    {
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        var parent = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(parent);
        var fresh = $"{target}.new";
        var old = $"{target}.old";
        Recover(target);
        Directory.CreateDirectory(fresh);
        fill(fresh);
        foreach (var file in Directory.EnumerateFiles(fresh, "*", SearchOption.AllDirectories))
        {
            Sync(file);
        }

        foreach (var folder in Directory.EnumerateDirectories(fresh, "*", SearchOption.AllDirectories).Append(fresh))
        {
            Sync(folder);
        }

        if (Directory.Exists(target))
        {
            Directory.Move(target, old);
        }

        Directory.Move(fresh, target);
        Sync(parent);
        DeleteIfThere(old);
    }

    /// <summary>Finishes or undoes a replacement that was interrupted. Renaming a folder over a folder is two renames, so a crash between them leaves only <c>.old</c>.</summary>
    public static void Recover(string target)
    {
        if (!Directory.Exists(target) && Directory.Exists($"{target}.old"))
        {
            Directory.Move($"{target}.old", target);
        }

        DeleteIfThere($"{target}.new");
        DeleteIfThere($"{target}.old");
    }

    /// <summary>Writes one file beside its target, syncs it and renames it into place.</summary>
    public static void ReplaceFile(string target, ReadOnlySpan<byte> content)
    {
        target = Path.GetFullPath(target);
        var fresh = $"{target}.new";
        File.WriteAllBytes(fresh, content);
        Sync(fresh);
        File.Move(fresh, target, overwrite: true);
        Sync(Path.GetDirectoryName(target)!);
    }

    private static void DeleteIfThere(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{path} could not be opened to be synced to disk.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        var result = FSync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"{path} could not be synced to disk.", new Win32Exception(error));
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Holds a data folder for one host. The blob store itself is safe with two processes; two silos on one folder are not one cluster, so the second is told and ends.</summary>
internal static class DataFolder
{
    /// <summary>Takes the folder until <paramref name="held"/> is disposed.</summary>
    /// <returns>Null, or one sentence that says why the folder cannot be used.</returns>
    public static string? TryHold(SiloOptions options, out IDisposable held)
    {
        held = Stream.Null;
        var system = Path.Combine(options.Data, "_system");
        try
        {
            Directory.CreateDirectory(system);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The data folder {options.Data} cannot be made or written: {e.Message} Give another one with --data.";
        }

        try
        {
            held = new FileStream(Path.Combine(system, "host.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            return $"The data folder {options.Data} cannot be written: {e.Message} Give another one with --data.";
        }
        catch (IOException e) when (e.HResult is 11 or 35 || e.Message.Contains("being used", StringComparison.Ordinal))
        {
            return $"Another process already uses the data folder {options.Data}. Stop it, or give another folder with --data.";
        }
        catch (IOException e)
        {
            return $"The data folder {options.Data} cannot be written: {e.Message} Give another one with --data.";
        }
    }
}

namespace Orleans.Dpo.Testing;

/// <summary>One line a fault suite with its counts. <c>./dpo test</c> names the file and prints what is in it.</summary>
internal static class FaultReport
{
    private static readonly Lock s_lock = new();

    public static void Add(string line)
    {
        if (Environment.GetEnvironmentVariable("ORLEANS_DPO_FAULT_REPORT") is { Length: > 0 } file)
        {
            lock (s_lock)
            {
                File.AppendAllText(file, line + "\n");
            }
        }
    }
}

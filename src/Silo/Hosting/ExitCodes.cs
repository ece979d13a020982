namespace Orleans.Dpo.Silo.Hosting;

/// <summary>What the process ends with; each comes with one sentence on standard error.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int BadOptions = 2;
    public const int BadFolder = 3;
    public const int PortInUse = 4;
    public const int Failed = 1;
}

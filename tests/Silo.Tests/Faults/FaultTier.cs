namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>How much a fault suite does: a little in every run, all of it with <c>./dpo test --all</c>.</summary>
internal static class FaultTier
{
    public static bool IsAll { get; } = Environment.GetEnvironmentVariable("ORLEANS_DPO_TESTS") == "all";

    /// <summary>The stores that suites with a crowd run on.</summary>
    public static TheoryData<string> Stores => IsAll ? ["files", "azure"] : ["files"];

    public static int Of(int small, int all) => IsAll ? all : small;
}

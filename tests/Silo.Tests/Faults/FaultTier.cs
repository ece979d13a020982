namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>How much a fault suite does: a little in every run, all of it with <c>./dpo test --all</c>.</summary>
internal static class FaultTier
{
    public static bool IsAll { get; } = Environment.GetEnvironmentVariable("ORLEANS_DPO_TESTS") == "all";

    public static int Of(int small, int all) => IsAll ? all : small;
}

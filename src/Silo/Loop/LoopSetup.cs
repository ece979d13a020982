using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Registers the loop and the imports.</summary>
public static class LoopSetup
{
    /// <summary>Imports and the publishing of job results, needed wherever the API runs.</summary>
    public static IServiceCollection AddImports(this IServiceCollection services) =>
        services.AddSingleton<PromptImport>().AddSingleton<PairImport>().AddSingleton<PreferenceImport>().AddSingleton<GoldImport>().AddSingleton<RankingImport>().AddSingleton<RankedImport>().AddSingleton<ImportReports>().AddSingleton<RowIntake>().AddSingleton<JobPublisher>();

    /// <summary>The loop's hosted service; one process of an installation runs it.</summary>
    public static IServiceCollection AddLoop(this IServiceCollection services) => services.AddSingleton<LoopRunner>().AddHostedService<LoopService>();
}

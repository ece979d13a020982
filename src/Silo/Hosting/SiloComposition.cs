using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Telemetry;

namespace Orleans.Dpo.Silo.Hosting;

/// <summary>The parts of a host, each added by one call.</summary>
internal static class SiloComposition
{
    /// <summary>The whole host: store, grains, sign-in, API, what runs beside requests, pages.</summary>
    /// <param name="options">As given to the process.</param>
    /// <param name="replace">Puts services in the place of others, such as the clock of a test.</param>
    public static WebApplication Build(SiloOptions options, Action<IServiceCollection>? replace = null)
    {
        var builder = CreateBuilder(options);
        builder.AddStore(options);
        builder.AddGrains();
        builder.AddAuth(options);
        builder.AddApi();
        builder.AddServices(options);
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseAuth();
        app.MapApi();
        app.MapPages();
        return app;
    }

    private static WebApplicationBuilder CreateBuilder(SiloOptions options)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(SiloComposition).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            Args = [.. options.Arguments.Where(a => a.StartsWith("--Logging:", StringComparison.OrdinalIgnoreCase))],
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls(options.Url);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<TrainerLocation>();
        builder.Services.AddSingleton<PackageSources>();
        builder.Services.AddSingleton<MetricsListener>();
        return builder;
    }

    /// <summary>Routes of the API, sign-in, health, documents.</summary>
    private static void MapApi(this WebApplication app)
    {
        app.Services.GetRequiredService<MetricsListener>();
        app.MapHealth();
        app.MapSignIn();
        var api = app.MapGroup("/api/v1");
        api.MapService();
        api.MapProjects();
        api.MapPeople();
        api.MapKeys();
        api.MapWorker();
        var project = api.MapGroup("/projects/{project}");
        project.AddEndpointFilter<ProjectFilter>();
        project.MapProject();
        project.MapPrompts();
        project.MapPairs();
        project.MapRankings();
        project.MapLists();
        project.MapImports();
        project.MapLeases();
        project.MapJudgments();
        project.MapAdjudication();
        project.MapQuality();
        project.MapPractice();
        project.MapDatasets();
        project.MapDatasetFiles();
        project.MapRounds();
        project.MapGenerations();
        project.MapPolicies();
        project.MapLineage();
        project.MapRetractions();
        project.MapEvents();
        app.MapHub();
        app.MapApiDocuments();
    }
}

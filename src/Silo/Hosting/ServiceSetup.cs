using Orleans.Dpo.AnnotatorUi;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Silo.Agreement;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Erasure;
using Orleans.Dpo.Silo.Hub;
using Orleans.Dpo.Silo.Jobs;
using Orleans.Dpo.Silo.Lineage;
using Orleans.Dpo.Silo.Loop;
using Orleans.Dpo.Silo.Policies;
using Orleans.Dpo.Silo.Retractions;
using Orleans.Dpo.Silo.Search;
using Orleans.Dpo.Silo.Worker;

namespace Orleans.Dpo.Silo.Hosting;

/// <summary>What serves requests and what runs beside them.</summary>
internal static class ServiceSetup
{
    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddSingleton<RowTexts>();
        services.AddSingleton<AgreementService>();
        services.AddSingleton<IProjectQuality>(provider => provider.GetRequiredService<AgreementService>());
        services.AddSingleton<RecentProjects>();
        services.AddSingleton<PairDealer>();
        services.AddSingleton<JudgmentIntake>();
        services.AddSingleton<PersonText>();
        services.AddSingleton<BlindKeys>();
        services.AddSingleton<AnnotatorKinds>();
        services.AddSingleton<PersonErasure>();
        services.AddSingleton<BlobFiles>();
        services.AddSingleton<MetricsFeed>();
        services.AddSingleton<RoundMetrics>();
        services.AddSingleton<RoundEvaluation>();
        services.AddSingleton<AttemptFiles>();
        services.AddSingleton<ClaimDesk>();
        services.AddSingleton<ClaimEnd>();
        services.AddSingleton<PolicyUploads>();
        services.AddSingleton<LineageReader>();
        services.AddSingleton<LineageTrace>();
        services.AddSingleton<TextSearch>();
        services.AddSingleton<RetractionRunner>();
        services.AddSingleton<TaintReader>();
        services.AddSingleton<HubRepos>();
        services.AddImports();
        services.AddApiDocuments();
        return builder;
    }

    public static WebApplicationBuilder AddServices(this WebApplicationBuilder builder, SiloOptions options)
    {
        builder.Services.AddAnnotatorUi();
        builder.Services.AddLoop();
        builder.Services.AddHostedService(services => services.GetRequiredService<AgreementService>());
        builder.Services.AddHostedService<ErasureResume>();
        builder.Services.AddSingleton<IdempotencySweep>();
        builder.Services.AddHostedService(services => services.GetRequiredService<IdempotencySweep>());
        if (options.Mode is SiloMode.All)
        {
            builder.Services.AddHostedService<WorkerService>();
        }

        return builder;
    }

    public static WebApplication MapPages(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapAnnotatorUi();
        return app;
    }
}

using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Jobs;

namespace Orleans.Dpo.Silo.Api;

/// <summary>What happens in a project, as server-sent events: progress, rounds, generations and versions whenever they changed, metrics as they arrive.</summary>
internal static class EventsApi
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private const int RepeatAfterLooks = 15;
    private const int Newest = 5;

    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder project)
    {
        project.MapGet("/events", Subscribe).Describe("project-events", "Server-sent events: progress, round, generation, version, metrics.").For(Roles.Operator, Roles.Researcher);
        return project;
    }

    private static ServerSentEventsResult<JsonElement> Subscribe(
        CurrentProject project, IGrainFactory grains, MetricsFeed feed, TimeProvider time, IHostApplicationLifetime lifetime, HttpContext context)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.RegisterForDispose(stop);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.ServerSentEvents(FollowAsync(project.Key, grains, feed, time, stop.Token));
    }

    private static async IAsyncEnumerable<SseItem<JsonElement>> FollowAsync(
        string project, IGrainFactory grains, MetricsFeed feed, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var metrics = feed.Subscribe(project);
        var sent = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var look = 0; !cancellationToken.IsCancellationRequested; look++)
        {
            foreach (var (kind, key, value) in await LookAsync(project, grains, cancellationToken))
            {
                var text = value.GetRawText();
                var repeat = kind == "progress" && look % RepeatAfterLooks == 0;
                if (repeat || sent.GetValueOrDefault(key) != text)
                {
                    sent[key] = text;
                    yield return new(value, kind);
                }
            }

            foreach (var line in await metrics.NextAsync(s_look, time, cancellationToken))
            {
                yield return new(line, "metrics");
            }
        }
    }

    private static async Task<List<(string Kind, string Key, JsonElement Value)>> LookAsync(string project, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var found = new List<(string, string, JsonElement)>();
        try
        {
            var progress = await grains.GetGrain<IProjectGrain>(project).GetProgressAsync(cancellationToken);
            found.Add(("progress", "progress", JsonSerializer.SerializeToElement(progress, ApiJson.Options)));
            foreach (var round in (await grains.GetGrain<IRoundsGrain>(project).ListAsync(null, Newest, cancellationToken)).Reverse())
            {
                found.Add(("round", $"r{round.Number}", JsonSerializer.SerializeToElement(RoundsApi.RoundAnswer.Of(round), ApiJson.Options)));
            }

            foreach (var generation in (await grains.GetGrain<IGenerationsGrain>(project).ListAsync(null, Newest, cancellationToken)).Reverse())
            {
                found.Add(("generation", $"g{generation.Number}", JsonSerializer.SerializeToElement(GenerationsApi.GenerationAnswer.Of(generation), ApiJson.Options)));
            }

            foreach (var version in (await grains.GetGrain<IDatasetsGrain>(project).ListAsync(null, Newest, cancellationToken)).Reverse())
            {
                found.Add(("version", $"v{version.Version}", JsonSerializer.SerializeToElement(DatasetsApi.VersionAnswer.Of(version), ApiJson.Options)));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return [];
        }

        return found;
    }
}

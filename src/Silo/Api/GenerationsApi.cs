using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Generations: the active policy writes the next pairs.</summary>
internal static class GenerationsApi
{
    public static IEndpointRouteBuilder MapGenerations(this IEndpointRouteBuilder project)
    {
        project.MapPost("/generations", PlanAsync).Describe("plan-generation", "Plans new pairs by the active policy.").For(Roles.Operator).WithMetadata(new IdempotentCreation());
        project.MapGet("/generations", ListAsync).Describe("list-generations", "Generations, newest first.").For(Roles.Operator, Roles.Researcher);
        project.MapGet("/generations/{generation}", GetAsync).Describe("get-generation", "One generation.").For(Roles.Operator, Roles.Researcher);
        return project;
    }

    private static async Task<Results<Accepted<GenerationAnswer>, ProblemHttpResult>> PlanAsync(
        GenerationRequest? body, CurrentProject project, IGrainFactory grains, HttpRequest request, CancellationToken cancellationToken)
    {
        if (body?.Pairs is < 1 or > 1_000_000)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "pairs is from 1 to 1000000.", field: "pairs");
        }

        var planned = await grains.GetGrain<IGenerationsGrain>(project.Key).PlanAsync(new("manual", CreationKeys.Of(request), body?.Pairs), cancellationToken);
        return planned.Value is { } view
            ? TypedResults.Accepted($"/api/v1/projects/{project.Key}/generations/g{view.Number}", GenerationAnswer.Of(view))
            : ProblemMap.Problem(planned.Refusal!);
    }

    private static async Task<Ok<Page<GenerationAnswer>>> ListAsync(PageRequest page, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var found = await grains.GetGrain<IGenerationsGrain>(project.Key).ListAsync(page.Before, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(page.Of(found, GenerationAnswer.Of, last => CreationKeys.Number(last.Number)));
    }

    private static async Task<Results<Ok<GenerationAnswer>, ProblemHttpResult>> GetAsync(
        string generation, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken) =>
        await grains.GetGrain<IGenerationsGrain>(project.Key).GetAsync(generation, cancellationToken) is { } view
            ? TypedResults.Ok(GenerationAnswer.Of(view))
            : ProblemMap.Problem(RefusalCodes.UnknownGeneration, $"There is no generation '{generation}'.");

    internal sealed record GenerationRequest(int? Pairs = null);

    internal sealed record GenerationAnswer(
        string Id, GenerationState State, string Policy, string? Opponent, string Trigger, DateTimeOffset Planned, int Prompts, int Pairs, int Dropped, string Reason, GenerationSettings Settings)
    {
        public static GenerationAnswer Of(GenerationView g) =>
            new($"g{g.Number}", g.State, g.Policy, g.Opponent, g.Trigger, g.Planned, g.Prompts, g.Pairs, g.Dropped, g.Reason, g.Settings);
    }
}

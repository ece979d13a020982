using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Prompts of a project.</summary>
internal static class PromptsApi
{
    public static IEndpointRouteBuilder MapPrompts(this IEndpointRouteBuilder project)
    {
        project.MapPost("/prompts", AddAsync).Describe("add-prompts", "Adds prompts as they come; known ones are counted, wrong ones reported by line.").BulkStream<PromptBody>().For(Roles.Operator).WithMetadata(new IdempotentCreation());
        project.MapGet("/prompts", ListAsync).Describe("list-prompts", "Prompts of a split (train or test), by language range and tag, in order of their ids.").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<RowsAdded>, UnprocessableEntity<RowsAdded>, ProblemHttpResult>> AddAsync(
        CurrentProject project, PromptImport import, RowIntake intake, HttpRequest request,
        [FromQuery(Name = "all_or_nothing")] bool allOrNothing = false, CancellationToken cancellationToken = default)
    {
        if (request.Query.ContainsKey("split"))
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "The split of a prompt follows from its hash and cannot be given.", field: "split");
        }

        return (await intake.AddAsync(project, import, request, allOrNothing, cancellationToken)).ToResult();
    }

    private static async Task<Results<Ok<Page<PromptAnswer>>, ProblemHttpResult>> ListAsync(
        CurrentProject project, PageRequest page, IGrainFactory grains, RowTexts texts, string split = "train", string? lang = null, string? tag = null, CancellationToken cancellationToken = default)
    {
        if (split is not ("train" or "test"))
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "split is train or test.", field: "split");
        }

        PromptId? after = null;
        if (page.Cursor is { } cursor)
        {
            if (!PromptId.TryParse(cursor, out var id))
            {
                return ProblemMap.Problem(RefusalCodes.BadRequest, $"'{cursor}' is not a cursor of this list.", field: "cursor");
            }

            after = id;
        }

        var found = await grains.GetGrain<IPromptCatalogGrain>(project.Key).ListAsync(new() { Split = split, Lang = lang, Tag = tag }, after, page.Limit + 1, cancellationToken);
        var contents = new Dictionary<PromptId, PromptContent>();
        foreach (var entry in found.Take(page.Limit))
        {
            contents[entry.Id] = await texts.PromptAsync(entry.At, cancellationToken);
        }

        return TypedResults.Ok(page.Of(found, entry => new PromptAnswer(entry.Id, entry.Split, contents[entry.Id].ToJson(), entry.Labels?.Lang, entry.Labels?.Tags), last => last.Id.Value));
    }

    /// <summary>The form of a row, for the API's description; rows are read by the import, which names line and field.</summary>
    internal sealed record PromptBody(JsonElement Prompt, string? Lang, string[]? Tags);

    internal sealed record PromptAnswer(PromptId Id, string Split, JsonNode? Prompt, string? Lang, ImmutableArray<string>? Tags);
}

using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Policies;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Policies: uploaded file by file under a reserved name, then published whole; activated, and read.</summary>
internal static class PoliciesApi
{
    public static IEndpointRouteBuilder MapPolicies(this IEndpointRouteBuilder project)
    {
        project.MapPost("/policies", ReserveAsync).Describe("reserve-policy", "Reserves a name to upload files under.").For(Roles.Operator, Roles.Researcher).WithMetadata(new IdempotentCreation());
        project.MapPut("/policies/{policy}/files/{name}", UploadAsync).Describe("upload-policy-file", "Stores one file of a policy that is not published yet.").File().For(Roles.Operator, Roles.Researcher);
        project.MapPost("/policies/{policy}/publish", PublishAsync).Describe("publish-policy", "Checks the files and registers the policy; the first becomes active and π0.").For(Roles.Operator, Roles.Researcher);
        project.MapGet("/policies", ListAsync).Describe("list-policies", "Policies, oldest first.").For(Roles.Researcher, Roles.Operator).ShowsTaint();
        project.MapGet("/policies/{policy}", GetAsync).Describe("get-policy", "One policy.").For(Roles.Researcher, Roles.Operator).ShowsTaint();
        project.MapGet("/policies/{policy}/files/{name}", FileAsync).Describe("policy-file", "A file of a policy, with ETag and ranges.").For(Roles.Researcher, Roles.Operator, Roles.Worker);
        project.MapPost("/policies/{policy}/activate", ActivateAsync).Describe("activate-policy", "Makes a policy active, forward or back.").For(Roles.Operator);
        return project;
    }

    private static async Task<Results<Created<ReservedAnswer>, ProblemHttpResult>> ReserveAsync(
        ReserveRequest? body, CurrentProject project, IGrainFactory grains, PolicyUploads uploads, HttpRequest request, CancellationToken cancellationToken)
    {
        var policies = grains.GetGrain<IPoliciesGrain>(project.Key);
        if (body?.Parent is { } parent && await policies.GetAsync(parent, cancellationToken) is null)
        {
            return Unknown(parent);
        }

        var id = await policies.ReserveAsync(CreationKeys.Of(request), cancellationToken);
        await uploads.ReservedAsync(project.Id, id, body?.Parent, cancellationToken);
        return TypedResults.Created($"/api/v1/projects/{project.Key}/policies/{id}", new ReservedAnswer(id));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UploadAsync(
        string policy, string name, CurrentProject project, PolicyUploads uploads, HttpRequest request, CancellationToken cancellationToken) =>
        await uploads.PutAsync(project.Id, policy, name, request.Body, cancellationToken) is { } refusal ? ProblemMap.Problem(refusal) : TypedResults.NoContent();

    private static async Task<Results<Ok<PolicyAnswer>, ProblemHttpResult>> PublishAsync(
        string policy, PublishRequest? body, CurrentProject project, PolicyUploads uploads, CancellationToken cancellationToken) =>
        (await uploads.PublishAsync(project.Id, policy, body?.Hash, cancellationToken)).ToOk(PolicyAnswer.Of);

    private static async Task<Ok<Page<PolicyAnswer>>> ListAsync(PageRequest page, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(page.Slice((await grains.GetGrain<IPoliciesGrain>(project.Key).ListAsync(cancellationToken)).Select(PolicyAnswer.Of)));

    private static async Task<Results<Ok<PolicyAnswer>, ProblemHttpResult>> GetAsync(string policy, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken) =>
        await grains.GetGrain<IPoliciesGrain>(project.Key).GetAsync(policy, cancellationToken) is { } view ? TypedResults.Ok(PolicyAnswer.Of(view)) : Unknown(policy);

    private static async Task<Results<FileStreamHttpResult, StatusCodeHttpResult, ProblemHttpResult>> FileAsync(
        string policy, string name, CurrentProject project, IGrainFactory grains, BlobFiles files, HttpRequest request, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IPoliciesGrain>(project.Key).GetAsync(policy, cancellationToken) is not { } view)
        {
            return Unknown(policy);
        }

        return view.Policy.Files.FirstOrDefault(file => file.Name == name) is { } found
            ? await files.ServeAsync(request, $"{project.Folder}/policies/{view.Policy.Id}/{name}", name, found.Sha256, cancellationToken)
            : ProblemMap.Problem(ProblemCodes.UnknownFile, $"Policy {policy} has no file '{name}'.");
    }

    private static async Task<Results<Ok<PolicyAnswer>, ProblemHttpResult>> ActivateAsync(
        string policy, RoundsApi.ReasonRequest? body, CurrentProject project, Caller caller, IGrainFactory grains, CancellationToken cancellationToken) =>
        (await grains.GetGrain<IPoliciesGrain>(project.Key).ActivateAsync(policy, $"{body?.Reason ?? "no reason given"} (by {caller.Id})", cancellationToken)).ToOk(PolicyAnswer.Of);

    private static ProblemHttpResult Unknown(string policy) => ProblemMap.Problem(RefusalCodes.UnknownPolicy, $"There is no policy '{policy}'.");

    internal sealed record ReserveRequest(string? Parent = null);

    internal sealed record ReservedAnswer(string Id);

    internal sealed record PublishRequest(string? Hash = null);

    internal sealed record PolicyAnswer(
        string Id, string Hash, string Origin, string? Parent, string? Round, int? Version, ImmutableArray<PolicyFile> Files, DateTimeOffset Created, bool IsActive, bool IsStart) : ITaintable
    {
        [JsonIgnore]
        public string TaintId => Id;

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public ImmutableArray<Taint>? Tainted { get; set; }

        public static PolicyAnswer Of(PolicyView view) => new(
            view.Policy.Id, view.Policy.Hash, view.Policy.Origin, view.Policy.Parent, view.Policy.Round, view.Policy.Version, view.Policy.Files, view.Created, view.IsActive, view.IsStart);
    }
}

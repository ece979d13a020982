using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Api;

namespace Orleans.Dpo.Silo.Policies;

/// <summary>Takes a policy in file by file: under a reserved name until it is published, unchangeable afterwards.</summary>
internal sealed class PolicyUploads(IGrainFactory grains, IBlobStore blobs)
{
    private const string PolicyFileName = "policy.json";
    private const int MaxFiles = 200;
    private readonly PolicyGate _gate = new();

    /// <summary>Notes a reservation, so that files go only under names that were given out here.</summary>
    public Task ReservedAsync(ProjectId project, string policy, string? parent, CancellationToken cancellationToken) =>
        blobs.PutIfAbsentAsync(ReservationBlob(project, policy), JsonSerializer.SerializeToUtf8Bytes(new Reservation(parent), ApiJson.Options), cancellationToken);

    /// <summary>Stores a file; the same file again replaces it until the policy is published.</summary>
    /// <returns>Null, or why it was not stored.</returns>
    public async Task<Refusal?> PutAsync(ProjectId project, string policy, string name, Stream content, CancellationToken cancellationToken)
    {
        using var upload = _gate.TryUpload(project, policy);
        return upload is null ? new(RefusalCodes.WrongState, $"{policy} is being published.") : await StoreAsync(project, policy, name, content, cancellationToken);
    }

    /// <summary>Checks what was uploaded and registers the policy.</summary>
    public async Task<Outcome<PolicyView>> PublishAsync(ProjectId project, string policy, string? declaredHash, CancellationToken cancellationToken)
    {
        using var publication = _gate.TryPublish(project, policy);
        return publication is null
            ? new Refusal(RefusalCodes.WrongState, $"Files of {policy} are being uploaded, or it is being published by someone else. Publish it when that is done.")
            : await RegisterAsync(project, policy, declaredHash, cancellationToken);
    }

    private async Task<Refusal?> StoreAsync(ProjectId project, string policy, string name, Stream content, CancellationToken cancellationToken)
    {
        if (!IsPolicy(policy) || await ReadReservationAsync(project, policy, cancellationToken) is null)
        {
            return new(RefusalCodes.UnknownPolicy, $"The name '{policy}' was not reserved for an upload.");
        }

        if (!BlobName.IsValid(name) || name == PolicyFileName || name.Contains('/', StringComparison.Ordinal))
        {
            return new(RefusalCodes.BadRequest, $"'{name}' is not a file name of a policy.");
        }

        if (await grains.GetGrain<IPoliciesGrain>(project.Value).GetAsync(policy, cancellationToken) is not null)
        {
            return new(RefusalCodes.WrongState, $"{policy} is published, and a policy never changes.");
        }

        var blob = Blob(project, policy, name);
        await blobs.DeleteAsync(blob, null, cancellationToken);
        return await blobs.PutIfAbsentAsync(blob, content, cancellationToken) is null
            ? new(RefusalCodes.WrongState, $"{name} is being uploaded by someone else.")
            : null;
    }

    private async Task<Outcome<PolicyView>> RegisterAsync(ProjectId project, string policy, string? declaredHash, CancellationToken cancellationToken)
    {
        var policies = grains.GetGrain<IPoliciesGrain>(project.Value);
        if (await policies.GetAsync(policy, cancellationToken) is { } published)
        {
            return declaredHash is null || declaredHash == published.Policy.Hash ? published : new Refusal(RefusalCodes.BadPolicy, $"{policy} is published as {published.Policy.Hash}.");
        }

        if (!IsPolicy(policy) || await ReadReservationAsync(project, policy, cancellationToken) is not { } reservation)
        {
            return new Refusal(RefusalCodes.UnknownPolicy, $"The name '{policy}' was not reserved for an upload.");
        }

        var files = await HashAsync(project, policy, cancellationToken);
        if (await CheckAsync(project, policy, files, cancellationToken) is { } fault)
        {
            return new Refusal(RefusalCodes.BadPolicy, fault);
        }

        var hash = PolicyRules.HashOf(files);
        if (declaredHash is not null && declaredHash != hash)
        {
            return new Refusal(RefusalCodes.BadPolicy, $"{policy} was declared as {declaredHash}; its files hash to {hash}.");
        }

        var isFirst = (await policies.ListAsync(cancellationToken)).IsEmpty;
        var added = new NewPolicy { Id = policy, Hash = hash, Origin = isFirst ? "upload" : "push", Parent = reservation.Parent, Files = files };
        await blobs.PutIfAbsentAsync(Blob(project, policy, PolicyFileName), JsonSerializer.SerializeToUtf8Bytes(added, JobJson.File), cancellationToken);
        return await policies.AddAsync(added, cancellationToken);
    }

    private async Task<ImmutableArray<PolicyFile>> HashAsync(ProjectId project, string policy, CancellationToken cancellationToken)
    {
        var prefix = Blob(project, policy, "");
        var files = ImmutableArray.CreateBuilder<PolicyFile>();
        await foreach (var blob in blobs.ListAsync(prefix, cancellationToken))
        {
            var name = blob.Name[prefix.Length..];
            if (files.Count > MaxFiles)
            {
                break;
            }

            if (name != PolicyFileName)
            {
                await using var content = await blobs.OpenReadAsync(blob.Name, 0, cancellationToken) ?? throw new InvalidDataException($"{blob.Name} vanished.");
                files.Add(new(name, blob.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken))));
            }
        }

        return files.ToImmutable();
    }

    private async Task<string?> CheckAsync(ProjectId project, string policy, ImmutableArray<PolicyFile> files, CancellationToken cancellationToken)
    {
        if (files.Length > MaxFiles)
        {
            return $"{policy} has more than {MaxFiles} files.";
        }

        foreach (var name in new[] { "config.json", "tokenizer.json", "model.safetensors" })
        {
            if (files.All(file => file.Name != name))
            {
                return $"{policy} has no {name}.";
            }
        }

        var config = await blobs.GetAsync(Blob(project, policy, "config.json"), cancellationToken);
        var tokenizer = await blobs.GetAsync(Blob(project, policy, "tokenizer.json"), cancellationToken);
        if (ModelFiles.CheckJson("config.json", config!.Bytes) is { } badConfig)
        {
            return badConfig;
        }

        if (ModelFiles.CheckJson("tokenizer.json", tokenizer!.Bytes) is { } badTokenizer)
        {
            return badTokenizer;
        }

        var weights = files.First(file => file.Name == "model.safetensors");
        return await ModelFiles.CheckWeightsAsync(
            (offset, length) => blobs.GetRangeAsync(Blob(project, policy, weights.Name), offset, length, cancellationToken), weights.Bytes, config.Bytes);
    }

    private async Task<Reservation?> ReadReservationAsync(ProjectId project, string policy, CancellationToken cancellationToken) =>
        await blobs.GetAsync(ReservationBlob(project, policy), cancellationToken) is { } content
            ? JsonSerializer.Deserialize<Reservation>(content.Bytes.Span, ApiJson.Options)
            : null;

    private static bool IsPolicy(string policy) => NumberedName.TryParse('p', policy, out _);

    private static string Blob(ProjectId project, string policy, string name) => $"projects/{project}/policies/{policy}/{name}";

    private static string ReservationBlob(ProjectId project, string policy) => $"projects/{project}/policies/_uploads/{policy}.json";

    private sealed record Reservation(string? Parent);
}

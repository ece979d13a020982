using System.Collections.Immutable;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Collects the input files of one job: which blob becomes which path below <c>inputs/</c>.</summary>
internal sealed class JobInputs(IBlobStore store, IGrainFactory grains, ProjectId project)
{
    private readonly SortedDictionary<string, JobFile> _files = new(StringComparer.Ordinal);

    public ImmutableArray<JobFile> Files => [.. _files.Values];

    public ImmutableArray<JobInput> Entries => [.. _files.Values.Select(file => new JobInput(file.Path, file.Sha256, file.Bytes))];

    /// <summary>All files of a policy under <c>inputs/policies/id</c>.</summary>
    /// <exception cref="InvalidDataException">It is not registered.</exception>
    public async Task<JobPolicy> PolicyAsync(string id, CancellationToken cancellationToken)
    {
        var policy = (await grains.GetGrain<IPoliciesGrain>(project.Value).GetAsync(id, cancellationToken))?.Policy
            ?? throw new InvalidDataException($"{project} has no policy {id}.");
        foreach (var file in policy.Files)
        {
            var path = $"inputs/policies/{id}/{file.Name}";
            _files[path] = new(path, $"projects/{project}/policies/{id}/{file.Name}", file.Bytes, file.Sha256);
        }

        return new(id, $"inputs/policies/{id}", policy.Hash);
    }

    /// <summary>A file of the job's own. Its blob lies beside the specification.</summary>
    public async Task<string> FileAsync(string name, string blob, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await store.PutOnceAsync(blob, content, cancellationToken);
        _files[$"inputs/{name}"] = new($"inputs/{name}", blob, content.Length, ContentHash.Hex(content.Span));
        return $"inputs/{name}";
    }

    /// <summary>The rows of a table of a version in order; empty when it has none.</summary>
    public async Task<ReadOnlyMemory<byte>> TableAsync(int version, string table, string split, CancellationToken cancellationToken)
    {
        var manifest = await VersionManifest.ReadAsync(store, project, version, cancellationToken)
            ?? throw new InvalidDataException($"{project} v{version} is not published.");
        using var rows = new MemoryStream();
        foreach (var file in manifest.TableFiles(table, split))
        {
            rows.Write((await store.ReadAsync(file.Blob, cancellationToken)).Span);
        }

        return rows.ToArray();
    }
}

using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Brings judgments of other tools to their shards. Their ids are hashes of what they say, so that the same file again changes nothing.</summary>
internal sealed class ImportedJudgments(IGrainFactory grains)
{
    private const int AtOnce = 512;

    /// <summary>Names of one judgment.</summary>
    /// <param name="project">The project.</param>
    /// <param name="format">Name of the source's form.</param>
    /// <param name="judge">The judge within the source; only a hash of it is kept.</param>
    /// <param name="content">All that makes the judgment what it is, with the kind of hash first.</param>
    /// <param name="decided">When it was decided, or null.</param>
    public static (JudgmentId Id, LeaseId Lease, AnnotatorId Annotator) Names(ProjectId project, string format, string judge, string content, DateTimeOffset? decided)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(content));
        var at = decided is { } time && time > DateTimeOffset.UnixEpoch ? time : DateTimeOffset.UnixEpoch;
        return (new(Ulid.From(at, hash.AsSpan(0, 10))), new("le_" + Ulid.From(at, hash.AsSpan(10, 10))), new("an_" + ContentHash.Hex($"imported-judge/1\n{project}\n{format}\n{judge}")[..32]));
    }

    /// <summary>Stores judgments; refused ones are reported.</summary>
    /// <returns>How many are stored, those that were before among them, and how many of them fill a slot.</returns>
    public async Task<(int Stored, int Counted)> SubmitAsync(ProjectView project, IEnumerable<(int Line, SubmitJudgment Command)> commands, ImportErrors errors, CancellationToken cancellationToken)
    {
        var (stored, counted) = (0, 0);
        foreach (var batch in commands.Chunk(AtOnce))
        {
            var results = await Task.WhenAll(batch.Select(item => SubmitAsync(project, item.Command, cancellationToken)));
            foreach (var ((line, _), result) in batch.Zip(results))
            {
                if (result.Refusal is { } refusal)
                {
                    errors.Add(line, null, refusal.Detail);
                }

                stored += result.Status is SubmitStatus.Stored ? 1 : 0;
                counted += result.Counted ? 1 : 0;
            }
        }

        return (stored, counted);
    }

    private async Task<SubmitResult> SubmitAsync(ProjectView project, SubmitJudgment command, CancellationToken cancellationToken)
    {
        var shard = grains.GetGrain<ILedgerShardGrain>($"{project.Id}/{PairShards.Of(command.Pair, project.Shards)}");
        var result = await shard.SubmitAsync(command, cancellationToken);
        // Safe to send again: the id is the content's.
        result = result.Status is SubmitStatus.OutcomeUnknown ? await shard.SubmitAsync(command, cancellationToken) : result;
        return result.Status is SubmitStatus.OutcomeUnknown ? throw new TimeoutException("The ledger did not say whether an imported judgment was stored.") : result;
    }
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Makes the results of an ended job the project's: a candidate policy, a round's measures, a generation's responses. Publishing twice is harmless.</summary>
/// <remarks>The end of a claim calls <see cref="PublishAsync"/> while the claim still holds and ends the claim only then; <see cref="FailAsync"/> after a final end without results.</remarks>
public sealed class JobPublisher(IBlobStore store, IGrainFactory grains)
{
    /// <summary>Publishes a result.</summary>
    /// <param name="job">The job.</param>
    /// <param name="epoch">The claim's epoch.</param>
    /// <param name="result">What the child left in <c>out/result.json</c>.</param>
    /// <param name="attempt">Folder of the uploaded files, without a slash at its end.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Null when published; else what is wrong with the result: the job has failed for good.</returns>
    public async Task<Refusal?> PublishAsync(JobKey job, int epoch, JobResult result, string attempt, CancellationToken cancellationToken) => (job.Kind, result) switch
    {
        (_, { Failure: { } failure }) => new(RefusalCodes.JobFailed, $"{failure.Code}: {failure.Detail}"),
        ("train", { Train: { } train }) => await TrainedAsync(job, epoch, train, result.Seconds, attempt, cancellationToken),
        ("evaluate", { Evaluate: { } measures }) => await EvaluatedAsync(job, measures, attempt, cancellationToken),
        ("generate", { Generate: not null }) => await GeneratedAsync(job, attempt, cancellationToken),
        _ => new(RefusalCodes.JobFailed, $"The result of {job.Name} has no {job.Kind} part."),
    };

    /// <summary>Ends the round or generation of a job that failed for good.</summary>
    public async Task FailAsync(JobKey job, string reason, CancellationToken cancellationToken)
    {
        var refusal = new Refusal(RefusalCodes.JobFailed, reason);
        if (job.Kind is "generate")
        {
            await grains.GetGrain<IGenerationsGrain>(job.Project.Value).ApplyAsync(job.Name, new(GenerationState.Failed, Reason: refusal), cancellationToken);
            return;
        }

        var rounds = grains.GetGrain<IRoundsGrain>(job.Project.Value);
        if (job.Kind is "train")
        {
            await BeginAsync(rounds, job, cancellationToken);
        }

        await rounds.ApplyAsync(job.Name, new() { Kind = RoundEventKind.Failed, Reason = refusal }, cancellationToken);
    }

    /// <summary>A claim whose news of the start was lost still began: the round's history says so before it says how that ended.</summary>
    private static async Task BeginAsync(IRoundsGrain rounds, JobKey job, CancellationToken cancellationToken) =>
        await rounds.ApplyAsync(job.Name, new() { Kind = RoundEventKind.TrainingStarted }, cancellationToken);

    private async Task<Refusal?> TrainedAsync(JobKey job, int epoch, JobTrainResult train, double seconds, string attempt, CancellationToken cancellationToken)
    {
        var policies = grains.GetGrain<IPoliciesGrain>(job.Project.Value);
        var rounds = grains.GetGrain<IRoundsGrain>(job.Project.Value);
        if (await rounds.GetAsync(job.Name, cancellationToken) is not { State: RoundState.Queued or RoundState.Training } round)
        {
            return null;
        }

        // A name a claim: two claims never write into one policy's folder.
        var id = await policies.ReserveAsync($"{job.Name}/{epoch}", cancellationToken);
        var policy = new NewPolicy
        {
            Id = id, Hash = train.PolicyHash, Origin = "round", Parent = round.Parent, Round = job.Name, Version = round.Version,
            Files = await CopyAsync($"{attempt}/out/policy/", $"projects/{job.Project}/policies/{id}/", cancellationToken),
        };
        var added = await policies.AddAsync(policy, cancellationToken);
        if (added.Refusal is { } refusal)
        {
            return refusal;
        }

        await store.PutOnceAsync($"projects/{job.Project}/policies/{id}/policy.json", JsonSerializer.SerializeToUtf8Bytes(policy, JobJson.File), cancellationToken);
        var facts = new TrainFacts
        {
            Rows = train.Rows, Steps = train.Steps, StepZeroLoss = train.StepZeroLoss, StepZeroCheck = train.StepZeroCheck, Loss = train.Loss,
            Accuracy = train.Accuracy, Margin = train.Margin, Seconds = seconds,
        };
        await BeginAsync(rounds, job, cancellationToken);
        return (await rounds.ApplyAsync(job.Name, new() { Kind = RoundEventKind.Trained, Candidate = id, Train = facts }, cancellationToken)).Refusal;
    }

    private async Task<Refusal?> EvaluatedAsync(JobKey job, ImmutableArray<JobPolicyMeasures> measures, string attempt, CancellationToken cancellationToken)
    {
        var rounds = grains.GetGrain<IRoundsGrain>(job.Project.Value);
        if (await rounds.GetAsync(job.Name, cancellationToken) is not { State: RoundState.Evaluating, Measures.IsEmpty: true } round)
        {
            return null;
        }

        var missing = new[] { round.Start, round.Parent, round.Candidate! }.FirstOrDefault(policy => !measures.Any(measured => measured.Policy == policy));
        if (missing is not null)
        {
            return new(RefusalCodes.JobFailed, $"The evaluation of {job.Name} has no measures of {missing}.");
        }

        var version = round.Version is { } number ? await grains.GetGrain<IDatasetsGrain>(job.Project.Value).FindAsync(NumberedName.Of('v', number), cancellationToken) : null;
        var happened = new RoundEvent
        {
            Kind = RoundEventKind.Evaluated,
            HeldOutPairs = version?.Facts?.DpoTest ?? 0,
            Measures =
            [
                .. measures.Select(measured => new PolicyMeasures
                {
                    Policy = measured.Policy, KlToStart = measured.KlToStart, MeanTokens = measured.MeanTokens, Finished = measured.Finished, Distinct2 = measured.Distinct2,
                    OddRate = measured.OddRate, ChosenLogpShift = measured.ChosenLogpShift, PairAccuracy = measured.PairAccuracy, Responses = $"{attempt}/{measured.Responses}",
                }),
            ],
        };
        return (await rounds.ApplyAsync(job.Name, happened, cancellationToken)).Refusal;
    }

    private async Task<Refusal?> GeneratedAsync(JobKey job, string attempt, CancellationToken cancellationToken)
    {
        var responses = $"{attempt}/out/responses.jsonl";
        return await store.StatAsync(responses, cancellationToken) is null
            ? new(RefusalCodes.JobFailed, $"The result of {job.Name} has no out/responses.jsonl.")
            : (await grains.GetGrain<IGenerationsGrain>(job.Project.Value).ApplyAsync(job.Name, new(GenerationState.Pairing, Responses: responses), cancellationToken)).Refusal;
    }

    private async Task<ImmutableArray<PolicyFile>> CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        var files = ImmutableArray.CreateBuilder<PolicyFile>();
        await foreach (var blob in store.ListAsync(from, cancellationToken))
        {
            var name = blob.Name[from.Length..];
            await using (var content = await store.OpenReadAsync(blob.Name, 0, cancellationToken) ?? throw new InvalidDataException($"{blob.Name} vanished."))
            {
                await store.PutIfAbsentAsync(to + name, content, cancellationToken);
            }

            await using var copy = await store.OpenReadAsync(to + name, 0, cancellationToken) ?? throw new InvalidDataException($"{to + name} vanished.");
            files.Add(new(name, blob.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(copy, cancellationToken))));
        }

        return files.ToImmutable();
    }
}

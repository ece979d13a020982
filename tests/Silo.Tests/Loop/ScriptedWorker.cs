using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Tests.Loop;

/// <summary>Answers jobs with results that follow from the specification alone. A policy of a larger number writes longer texts.</summary>
internal static class ScriptedWorker
{
    public static async Task<JobResult> RunAsync(IBlobStore store, JobClaim claim, JobSpec spec, string attempt, Func<string, JobPolicyMeasures, JobPolicyMeasures> measure)
    {
        var result = new JobResult { Epoch = claim.Epoch, Seconds = 1 };
        return spec.Kind switch
        {
            JobKind.Train => result with { Train = await TrainAsync(store, claim, spec, attempt) },
            JobKind.Evaluate => result with { Evaluate = await EvaluateAsync(store, claim, spec, attempt, measure) },
            _ => result with { Generate = await GenerateAsync(store, claim, spec, attempt) },
        };
    }

    private static async Task<JobTrainResult> TrainAsync(IBlobStore store, JobClaim claim, JobSpec spec, string attempt)
    {
        var rows = JsonLines.Split(await InputAsync(store, claim, spec.Train!.Data)).ToList();
        var files = new List<PolicyFile>();
        foreach (var name in new[] { "config.json", "tokenizer.json", "model.safetensors" })
        {
            var bytes = Encoding.UTF8.GetBytes($"{name} after {spec.Job} from {spec.Train.Start.Id}");
            await store.PutIfAbsentAsync($"{attempt}/out/policy/{name}", bytes, default);
            files.Add(new(name, bytes.Length, ContentHash.Hex(bytes)));
        }

        return new() { PolicyHash = PolicyRules.HashOf(files), Rows = rows.Count, Steps = rows.Count, StepZeroLoss = Math.Log(2) };
    }

    private static async Task<ImmutableArray<JobPolicyMeasures>> EvaluateAsync(
        IBlobStore store, JobClaim claim, JobSpec spec, string attempt, Func<string, JobPolicyMeasures, JobPolicyMeasures> measure)
    {
        var measures = ImmutableArray.CreateBuilder<JobPolicyMeasures>();
        foreach (var policy in spec.Evaluate!.Policies)
        {
            var path = $"out/responses-{policy.Id}.jsonl";
            await WriteAsync(store, $"{attempt}/{path}", await SampleAsync(store, claim, spec, policy.Id, spec.Evaluate.Prompts, spec.Evaluate.SamplesPerPrompt));
            var healthy = new JobPolicyMeasures
            {
                Policy = policy.Id, Hash = policy.Hash, Responses = path, KlToStart = policy.Id == spec.Evaluate.Start.Id ? 0 : 0.5, MeanTokens = 20, Finished = 1, Distinct2 = 0.2, OddRate = 0,
                ChosenLogpShift = 0, PairAccuracy = 0.7,
            };
            measures.Add(measure(policy.Id, healthy));
        }

        return measures.ToImmutable();
    }

    private static async Task<JobGenerateResult> GenerateAsync(IBlobStore store, JobClaim claim, JobSpec spec, string attempt)
    {
        var responses = new List<JobResponse>();
        foreach (var part in spec.Generate!.Parts)
        {
            responses.AddRange(await SampleAsync(store, claim, spec, part.Policy.Id, part.Prompts, part.SamplesPerPrompt));
        }

        await WriteAsync(store, $"{attempt}/out/responses.jsonl", responses);
        return new(responses.Count, responses.Sum(response => response.Tokens));
    }

    private static async Task<List<JobResponse>> SampleAsync(IBlobStore store, JobClaim claim, JobSpec spec, string policy, string prompts, int samples)
    {
        var responses = new List<JobResponse>();
        foreach (var (_, line) in JsonLines.Split(await InputAsync(store, claim, prompts)))
        {
            var id = PromptRow.Parse(line).Id.Value;
            for (var sample = 0; sample < samples; sample++)
            {
                var noise = ContentHash.Hex($"{spec.Seed} {policy} {id} {sample}");
                var length = (6 * NumberedName.NumberOr0('p', policy)) + (Convert.ToInt32(noise[..2], 16) % 10);
                responses.Add(new()
                {
                    PromptId = id, Policy = policy, Sample = sample, Text = noise[..8] + new string('.', length), Finished = noise[9] is not '0', Tokens = length, LogProb = -length,
                    ReferenceLogProb = spec.Generate?.Reference is null ? null : -length - 1, Seed = sample,
                });
            }
        }

        return responses;
    }

    private static async Task<ReadOnlyMemory<byte>> InputAsync(IBlobStore store, JobClaim claim, string path) =>
        (await store.GetAsync(claim.Job.Inputs.Single(input => input.Path == path).Blob, default))!.Bytes;

    private static async Task WriteAsync(IBlobStore store, string blob, IEnumerable<JobResponse> responses) =>
        await store.PutIfAbsentAsync(blob, responses.SelectMany(response => (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(response, JobJson.Line), (byte)'\n']).ToArray(), default);
}

using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Evaluation;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Generation;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;

namespace Orleans.Dpo.Trainer.Jobs;

/// <summary>Samples every policy on the held-out prompts with common random numbers and measures what the gate's guards ask.</summary>
internal static class EvaluateJob
{
    public static ImmutableArray<JobPolicyMeasures> Run(JobFolder folder, JobEvaluate job, ControlLines control)
    {
        SamplingRanges.Check(job.Sampling, job.BatchSize);
        SamplingRanges.CheckSamples(job.SamplesPerPrompt);
        var startFolder = folder.Policy(job.Start);
        var encoder = SequenceEncoder.Load(startFolder);
        using var start = ModelFolder.Load(startFolder, JobDevice.Place);
        var prompts = PromptRow.ReadAll(folder.Resolve(job.Prompts), encoder);
        var pairs = job.HeldOutPairs is { } file ? PreferenceRows.Read(folder.Resolve(file), encoder, start.Config.MaxPositions).Rows : [];
        var startSums = PairSums(start, pairs, control.Cancellation);
        var measures = ImmutableArray.CreateBuilder<JobPolicyMeasures>();
        foreach (var policy in job.Policies)
        {
            var path = folder.Policy(policy);
            PolicyHash.RequireSameTokenizer(path, startFolder, $"Policy {policy.Id}");
            using var model = ModelFolder.Load(path, JobDevice.Place);
            var sampled = Sample(model, job, prompts, encoder, (folder.Spec.Seed, control.Cancellation));
            var compared = PolicyDivergence.Measure(model, start, [.. sampled.Select(sequence => ResponseRow.Tokens(sequence, prompts))], control.Cancellation);
            var guards = Guards(folder, job, policy, (sampled, compared, prompts, encoder));
            measures.Add(pairs.Count == 0 ? guards : WithPairs(guards, PairSums(model, pairs, control.Cancellation), startSums));
        }

        return measures.ToImmutable();
    }

    private static GeneratedSequence[] Sample(
        CausalDecoder model, JobEvaluate job, PromptRow[] prompts, SequenceEncoder encoder, (long Seed, CancellationToken Cancellation) run) =>
        ResponseGenerator.Run(model, new GenerationRequest
        {
            Prompts = [.. prompts.Select(prompt => prompt.Ids)],
            SamplesPerPrompt = job.SamplesPerPrompt,
            Sampling = job.Sampling,
            Ends = encoder.Ends,
            BatchSize = job.BatchSize,
            Seed = run.Seed,
        }, run.Cancellation);

    private static JobPolicyMeasures Guards(
        JobFolder folder, JobEvaluate job, JobPolicy policy, (GeneratedSequence[] Sequences, ResponseMeasures[] Compared, PromptRow[] Prompts, SequenceEncoder Encoder) sampled)
    {
        if (Path.GetFileName(policy.Id) != policy.Id)
        {
            throw TrainerException.BadInput($"Policy {policy.Id} cannot name a file.");
        }

        var relative = $"out/evaluation-{policy.Id}.jsonl";
        var texts = new List<string>(sampled.Sequences.Length);
        using (var file = new ResponseFile(folder.Resolve(relative)))
        {
            foreach (var (sequence, compared) in sampled.Sequences.Zip(sampled.Compared))
            {
                var row = ResponseRow.Of(sequence, sampled.Prompts, policy.Id, sampled.Encoder) with { ReferenceLogProb = compared.StartLogProb };
                file.Write(row);
                texts.Add(row.Text);
            }
        }

        return new JobPolicyMeasures
        {
            Policy = policy.Id,
            Hash = policy.Hash,
            Responses = relative,
            KlToStart = sampled.Compared.Average(measures => measures.Divergence),
            MeanTokens = sampled.Sequences.Average(sequence => sequence.Tokens.Length),
            Finished = sampled.Sequences.Average(sequence => sequence.Finished ? 1.0 : 0),
            Distinct2 = Distinctness.Bigrams(texts),
            OddRate = sampled.Compared.Average(measures => measures.LeastStartLogProb < job.OddLogProbability ? 1.0 : 0),
        };
    }

    private static JobPolicyMeasures WithPairs(JobPolicyMeasures guards, (float[] Chosen, float[] Rejected) own, (float[] Chosen, float[] Rejected) start)
    {
        var (shift, right) = (0.0, 0);
        for (var i = 0; i < own.Chosen.Length; i++)
        {
            var (chosen, rejected) = ((double)own.Chosen[i] - start.Chosen[i], (double)own.Rejected[i] - start.Rejected[i]);
            shift += chosen;
            right += chosen > rejected ? 1 : 0;
        }

        return guards with { ChosenLogpShift = shift / own.Chosen.Length, PairAccuracy = right / (double)own.Chosen.Length };
    }

    private static (float[] Chosen, float[] Rejected) PairSums(CausalDecoder model, IReadOnlyList<PreferencePair> pairs, CancellationToken cancellationToken)
    {
        if (pairs.Count == 0)
        {
            return ([], []);
        }

        var sums = ResponseLogProbs.Of(model, new PairSequences(pairs), 32, cancellationToken);
        return (sums[..pairs.Count], sums[pairs.Count..]);
    }
}

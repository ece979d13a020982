using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Generation;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Randomness;

namespace Orleans.Dpo.Trainer.Jobs;

/// <summary>Samples responses to be paired. Every part has random numbers of its own, so two policies on one prompt do not echo each other.</summary>
internal static class GenerateJob
{
    public static JobGenerateResult Run(JobFolder folder, JobGenerate job, ControlLines control)
    {
        SamplingRanges.Check(job.Sampling, job.BatchSize);
        using var file = new ResponseFile(Path.Combine(folder.Output, "responses.jsonl"));
        using var reference = job.Reference is { } declared ? ModelFolder.Load(folder.Policy(declared), JobDevice.Place) : null;
        var (responses, tokens) = (0, 0L);
        for (var number = 0; number < job.Parts.Length; number++)
        {
            var part = job.Parts[number];
            SamplingRanges.CheckSamples(part.SamplesPerPrompt);
            var path = folder.Policy(part.Policy);
            var encoder = SequenceEncoder.Load(path);
            using var model = ModelFolder.Load(path, JobDevice.Place);
            var prompts = PromptRow.ReadAll(folder.Resolve(part.Prompts), encoder);
            var request = new GenerationRequest
            {
                Prompts = [.. prompts.Select(prompt => prompt.Ids)],
                SamplesPerPrompt = part.SamplesPerPrompt,
                Sampling = job.Sampling,
                Ends = encoder.Ends,
                BatchSize = job.BatchSize,
                Seed = (long)CounterRandom.From(folder.Spec.Seed, number).Key,
            };
            var sequences = ResponseGenerator.Run(model, request, control.Cancellation);
            var referenceLogProbs = reference is null ? null : LogProbs(reference, prompts, sequences, control.Cancellation);
            for (var i = 0; i < sequences.Length; i++)
            {
                file.Write(ResponseRow.Of(sequences[i], prompts, part.Policy.Id, encoder) with { ReferenceLogProb = referenceLogProbs?[i] });
                tokens += sequences[i].Tokens.Length;
            }

            responses += sequences.Length;
        }

        return new JobGenerateResult(responses, tokens);
    }

    private static float[] LogProbs(CausalDecoder reference, PromptRow[] prompts, GeneratedSequence[] sequences, CancellationToken cancellationToken) =>
        ResponseLogProbs.Of(reference, [.. sequences.Select(sequence => ResponseRow.Tokens(sequence, prompts))], 64, cancellationToken);
}

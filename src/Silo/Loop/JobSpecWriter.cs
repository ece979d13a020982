using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Writes job specifications and their inputs, and queues the jobs. The same round or generation always gives the same bytes.</summary>
internal sealed class JobSpecWriter(IBlobStore store, IGrainFactory grains)
{
    private const int Attempts = 5;
    private const int PromptPage = 5000;

    public async Task QueueTrainingAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var round = await grains.GetGrain<IRoundsGrain>(project.Value).GetAsync(name, cancellationToken);
        if (round is not { State: RoundState.Queued or RoundState.Training, Version: { } version })
        {
            return;
        }

        var folder = $"projects/{project}/rounds/{name}";
        var inputs = new JobInputs(store, grains, project);
        var training = round.Settings.Training;
        var rows = await inputs.TableAsync(version, "dpo", "train", cancellationToken);
        var heldOut = string.Concat(await TestPromptsAsync(project, cancellationToken));
        var train = new JobTrain
        {
            Start = await inputs.PolicyAsync(round.Parent, cancellationToken),
            Reference = await inputs.PolicyAsync(round.Reference, cancellationToken),
            Data = await inputs.FileAsync("train.jsonl", $"{folder}/inputs/train.jsonl", rows, cancellationToken),
            HeldOutPromptIds = heldOut.Length is 0
                ? null
                : await inputs.FileAsync("held-out-prompt-ids.txt", $"{folder}/inputs/held-out-prompt-ids.txt", Encoding.UTF8.GetBytes(heldOut), cancellationToken),
            Loss = training.Loss,
            Beta = training.Beta,
            LabelSmoothing = training.LabelSmoothing,
            LearningRate = training.LearningRate,
            WarmupShare = training.WarmupShare,
            FinalLearningRateShare = training.FinalLearningRateShare,
            Epochs = training.Epochs,
            BatchSize = training.BatchSize,
            GradientClip = training.GradientClip,
            AdamBeta1 = training.AdamBeta1,
            AdamBeta2 = training.AdamBeta2,
            WeightDecay = training.WeightDecay,
            MaxLength = training.MaxLength,
            LossNumbers = LossNumbers(training),
            RowFields = training.RowFields,
            RowWeights = training.RowWeights,
            ReferenceSyncSteps = training.ReferenceSyncSteps,
            ReferenceSyncShare = training.ReferenceSyncShare,
            Dtype = training.Dtype,
            GradientCheckpointing = training.GradientCheckpointing,
            LoraRank = training.LoraRank,
            LoraAlpha = training.LoraAlpha,
            LoraTargets = training.LoraTargets,
        };
        var spec = new JobSpec
        {
            Project = project.Value, Job = name, Kind = JobKind.Train, Threads = training.Threads, Seed = training.Seed, Inputs = inputs.Entries, Train = train,
        };
        await QueueAsync(new(project, name, "train"), $"{folder}/spec.json", spec, inputs, priority: 20, cancellationToken);
    }

    public async Task QueueEvaluationAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var rounds = grains.GetGrain<IRoundsGrain>(project.Value);
        if (await rounds.GetAsync(name, cancellationToken) is not { State: RoundState.Evaluating, Measures.IsEmpty: true, Candidate: { } candidate } round)
        {
            return;
        }

        var catalog = grains.GetGrain<IPromptCatalogGrain>(project.Value);
        var settings = (await grains.GetGrain<IProjectGrain>(project.Value).GetAsync(cancellationToken))!.Settings.Generation;
        var count = Math.Min(round.Settings.Gate.Prompts, (await catalog.CountAsync(cancellationToken)).Test);
        if (count is 0)
        {
            await rounds.ApplyAsync(name, new() { Kind = RoundEventKind.Failed, Reason = new(RefusalCodes.NoPrompts, "The project has no prompts in the test split to evaluate on.") }, cancellationToken);
            return;
        }

        // Another stretch of the test prompts each round, so that no round is measured on what an earlier gate has already chosen by.
        var prompts = await catalog.DrawAsync("test", settings.Seed, (long)(round.Number - 1) * count, count, cancellationToken);
        var folder = $"projects/{project}/rounds/{name}";
        var inputs = new JobInputs(store, grains, project);
        var pairs = round.Version is { } version ? await inputs.TableAsync(version, "dpo", "test", cancellationToken) : default;
        var policies = ImmutableArray.CreateBuilder<JobPolicy>();
        foreach (var policy in new[] { round.Start, round.Parent, candidate }.Distinct())
        {
            policies.Add(await inputs.PolicyAsync(policy, cancellationToken));
        }

        var evaluate = new JobEvaluate
        {
            Start = policies[0],
            Policies = policies.ToImmutable(),
            Prompts = await inputs.FileAsync("prompts.jsonl", $"{folder}/inputs/evaluation-prompts.jsonl", await RowsAsync(prompts, cancellationToken), cancellationToken),
            SamplesPerPrompt = round.Settings.Gate.SamplesPerPrompt,
            Sampling = new(settings.Temperature, settings.TopP, settings.MaxNewTokens),
            HeldOutPairs = pairs.IsEmpty ? null : await inputs.FileAsync("held-out-pairs.jsonl", $"{folder}/inputs/held-out-pairs.jsonl", pairs, cancellationToken),
        };
        var spec = new JobSpec
        {
            Project = project.Value, Job = name, Kind = JobKind.Evaluate, Threads = round.Settings.Training.Threads, Seed = SeedOf(settings.Seed, 'r', round.Number),
            Inputs = inputs.Entries, Evaluate = evaluate,
        };
        await QueueAsync(new(project, name, "evaluate"), $"{folder}/evaluation.json", spec, inputs, priority: 30, cancellationToken);
    }

    public async Task QueueGenerationAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IGenerationsGrain>(project.Value).GetAsync(name, cancellationToken) is not { State: < GenerationState.Pairing } generation)
        {
            return;
        }

        var settings = generation.Settings;
        var share = generation.Opponent is null ? 0 : settings.OldNewShare;
        var prompts = await grains.GetGrain<IPromptCatalogGrain>(project.Value).DrawAsync("train", settings.Seed, generation.PromptCursor, generation.Prompts, cancellationToken);
        var split = prompts.Select((prompt, i) => (Prompt: prompt, OldNew: PairSelectionRules.IsOldNew(i, share))).ToLookup(item => item.OldNew, item => item.Prompt);
        var folder = $"projects/{project}/generations/{name}";
        var inputs = new JobInputs(store, grains, project);
        var active = await inputs.PolicyAsync(generation.Policy, cancellationToken);
        var start = (await grains.GetGrain<IPoliciesGrain>(project.Value).GetActiveAsync(cancellationToken))!.Start;
        var parts = ImmutableArray.CreateBuilder<JobGeneratePart>();
        if (split[false].Any())
        {
            var file = await inputs.FileAsync("prompts.jsonl", $"{folder}/inputs/prompts.jsonl", await RowsAsync(split[false], cancellationToken), cancellationToken);
            parts.Add(new(active, file, settings.Samples));
        }

        if (split[true].Any())
        {
            var file = await inputs.FileAsync("old-new.jsonl", $"{folder}/inputs/old-new.jsonl", await RowsAsync(split[true], cancellationToken), cancellationToken);
            parts.Add(new(active, file, 1));
            parts.Add(new(await inputs.PolicyAsync(generation.Opponent!, cancellationToken), file, 1));
        }

        var generate = new JobGenerate
        {
            Parts = parts.ToImmutable(),
            Reference = settings.Samples > 2 && generation.Policy != start ? await inputs.PolicyAsync(start, cancellationToken) : null,
            Sampling = new(settings.Temperature, settings.TopP, settings.MaxNewTokens),
        };
        var spec = new JobSpec
        {
            Project = project.Value, Job = name, Kind = JobKind.Generate, Seed = SeedOf(settings.Seed, 'g', generation.Number), Inputs = inputs.Entries, Generate = generate,
        };
        await QueueAsync(new(project, name, "generate"), $"{folder}/spec.json", spec, inputs, priority: 10, cancellationToken);
    }

    /// <summary>The job's own seed: another one for every round and generation, so that a prompt that comes again is answered anew.</summary>
    internal static long SeedOf(long seed, char letter, int number) =>
        long.Parse(ContentHash.Hex($"seed/1\n{seed}\n{NumberedName.Of(letter, number)}").AsSpan(0, 12), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    private static ImmutableSortedDictionary<string, double>? LossNumbers(TrainingSettings training)
    {
        (string Name, double? Value)[] all =
        [
            ("nll-weight", training.NllWeight), ("margin", training.Margin), ("margin-scale", training.MarginScale),
            ("dpop-penalty", training.DpopPenalty), ("simpo-margin-ratio", training.SimpoMarginRatio),
        ];
        var given = all.Where(number => number.Value is not null).ToImmutableSortedDictionary(number => number.Name, number => number.Value!.Value, StringComparer.Ordinal);
        return given.IsEmpty ? null : given;
    }

    private async Task QueueAsync(JobKey key, string blob, JobSpec spec, JobInputs inputs, int priority, CancellationToken cancellationToken)
    {
        await store.PutFirstAsync(blob, JsonSerializer.SerializeToUtf8Bytes(spec, JobJson.File), cancellationToken);
        await grains.GetGrain<IJobQueueGrain>("_").EnqueueAsync(new(key, blob, inputs.Files, Attempts, priority), cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> RowsAsync(IEnumerable<PromptEntry> prompts, CancellationToken cancellationToken)
    {
        var segments = new Dictionary<string, ReadOnlyMemory<byte>>();
        using var rows = new MemoryStream();
        foreach (var prompt in prompts)
        {
            if (!segments.TryGetValue(prompt.At.Blob, out var segment))
            {
                segments[prompt.At.Blob] = segment = await store.ReadAsync(prompt.At.Blob, cancellationToken);
            }

            rows.Write(segment.Span.Slice((int)prompt.At.Offset, prompt.At.Length));
            rows.WriteByte((byte)'\n');
        }

        return rows.ToArray();
    }

    private async Task<List<string>> TestPromptsAsync(ProjectId project, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        PromptId? after = null;
        while (true)
        {
            var page = await grains.GetGrain<IPromptCatalogGrain>(project.Value).ListAsync(new() { Split = "test" }, after, PromptPage, cancellationToken);
            lines.AddRange(page.Select(prompt => prompt.Id.Value + "\n"));
            if (page.Length < PromptPage)
            {
                return lines;
            }

            after = page[^1].Id;
        }
    }
}

using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Makes the pairs of a generation's responses: the first usable ones in prompt order, until the wanted number is reached.</summary>
internal sealed class PairMaker(IBlobStore store, IGrainFactory grains)
{
    private readonly PairSegmentWriter _writer = new(store, grains);

    public async Task MakeAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var generations = grains.GetGrain<IGenerationsGrain>(project.Value);
        if (await generations.GetAsync(name, cancellationToken) is not { State: GenerationState.Pairing, Responses: { } responses } generation)
        {
            return;
        }

        var view = (await grains.GetGrain<IProjectGrain>(project.Value).GetAsync(cancellationToken))!;
        var start = (await grains.GetGrain<IPoliciesGrain>(project.Value).GetActiveAsync(cancellationToken))!.Start;
        var prompts = await grains.GetGrain<IPromptCatalogGrain>(project.Value).FindAsync(await PromptsAsync(project, name, cancellationToken), cancellationToken);
        var lines = await ReadAsync(store, responses, cancellationToken);
        var (pairs, dropped) = Select(generation, [.. prompts.OfType<PromptEntry>()], lines, byReward: generation.Policy != start);
        if (pairs.Count is 0)
        {
            var why = $"None of {dropped} prompts gave two different finished responses; look at temperature and max_new_tokens.";
            await generations.ApplyAsync(name, new(GenerationState.Failed, 0, dropped, new(RefusalCodes.JobFailed, why)), cancellationToken);
            return;
        }

        var (records, _) = await _writer.WriteAsync(view, name, new(name, Purpose.Vote, view.Settings.Overlap, Priority: generation.Number), pairs, cancellationToken);
        await generations.ApplyAsync(name, new(GenerationState.Done, records.Count, dropped), cancellationToken);
    }

    /// <summary>Chooses the pairs. Pure: the same responses give the same pairs in the same order.</summary>
    internal static (List<NewPair> Pairs, int Dropped) Select(GenerationView generation, IReadOnlyList<PromptEntry> prompts, IEnumerable<JobResponse> responses, bool byReward)
    {
        var settings = generation.Settings;
        var share = generation.Opponent is null ? 0 : settings.OldNewShare;
        var byPrompt = responses.GroupBy(response => response.PromptId).ToDictionary(group => group.Key, group => group.OrderBy(response => response.Sample).ToList());
        var (usable, dropped) = (new List<(int Index, bool OldNew, SelectedPair Chosen)>(), 0);
        for (var i = 0; i < prompts.Count; i++)
        {
            var oldNew = PairSelectionRules.IsOldNew(i, share);
            var samples = byPrompt.GetValueOrDefault(prompts[i].Id.Value) ?? [];
            var chosen = oldNew
                ? PairSelectionRules.OldNew(samples.Find(response => response.Policy == generation.Policy), samples.Find(response => response.Policy == generation.Opponent))
                : PairSelectionRules.FromOne(samples.FindAll(response => response.Policy == generation.Policy), byReward && settings.Samples > 2, settings.Seed, generation.Number);
            if (chosen is null)
            {
                dropped++;
            }
            else
            {
                usable.Add((i, oldNew, chosen));
            }
        }

        // Each kind gets its share; where one kind runs short, the other fills up.
        var wanted = PairSelectionRules.OldNewPairs(settings.Pairs, share);
        var first = usable.Where(item => item.OldNew).Take(wanted).Concat(usable.Where(item => !item.OldNew).Take(settings.Pairs - wanted)).ToHashSet();
        var pairs = usable.OrderBy(item => first.Contains(item) ? 0 : 1).ThenBy(item => item.Index).Take(settings.Pairs).OrderBy(item => item.Index)
            .Select(item => new NewPair(prompts[item.Index], Row(prompts[item.Index], item.Chosen.One, settings), Row(prompts[item.Index], item.Chosen.Other, settings))
            {
                Strategy = item.Chosen.Strategy,
                Propensity = item.Chosen.Propensity,
            }).ToList();
        return (pairs, dropped);
    }

    /// <summary>Reads responses, one a line.</summary>
    internal static async Task<List<JobResponse>> ReadAsync(IBlobStore store, string blob, CancellationToken cancellationToken) =>
        [.. JsonLines.Split(await store.ReadAsync(blob, cancellationToken)).Select(row => JsonSerializer.Deserialize<JobResponse>(row.Line.Span, JobJson.Line)!)];

    private static ResponseRow Row(PromptEntry prompt, JobResponse response, GenerationSettings settings) => new()
    {
        ResponseId = ResponseId.Of(prompt.Id, response.Policy, response.Text),
        PromptId = prompt.Id,
        Source = response.Policy,
        Text = response.Text,
        Tokens = response.Tokens,
        LogProb = response.LogProb,
        ReferenceLogProb = response.ReferenceLogProb,
        Temperature = settings.Temperature,
        TopP = settings.TopP,
        Sample = response.Sample,
        Seed = response.Seed,
    };

    /// <summary>The prompts in the order they were drawn: the two input files interleave as <see cref="PairSelectionRules.IsOldNew"/> split them.</summary>
    private async Task<System.Collections.Immutable.ImmutableArray<PromptId>> PromptsAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var generation = (await grains.GetGrain<IGenerationsGrain>(project.Value).GetAsync(name, cancellationToken))!;
        var share = generation.Opponent is null ? 0 : generation.Settings.OldNewShare;
        var files = new Dictionary<bool, Queue<PromptId>>();
        foreach (var (oldNew, file) in new[] { (false, "prompts.jsonl"), (true, "old-new.jsonl") })
        {
            var content = (await store.GetAsync($"projects/{project}/generations/{name}/inputs/{file}", cancellationToken))?.Bytes ?? default;
            files[oldNew] = new(JsonLines.Split(content).Select(row => PromptRow.Parse(row.Line).Id));
        }

        return [.. Enumerable.Range(0, files[true].Count + files[false].Count).Select(i => files[PairSelectionRules.IsOldNew(i, share)].Dequeue())];
    }
}

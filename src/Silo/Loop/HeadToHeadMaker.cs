using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Sets a candidate against its parent and against π0 on every evaluation prompt, first sample against first sample.</summary>
internal sealed class HeadToHeadMaker(IBlobStore store, IGrainFactory grains)
{
    private readonly PairSegmentWriter _writer = new(store, grains);

    public async Task MakeAsync(ProjectId project, string name, CancellationToken cancellationToken)
    {
        var rounds = grains.GetGrain<IRoundsGrain>(project.Value);
        if (await rounds.GetAsync(name, cancellationToken) is not { State: RoundState.Evaluating, Candidate: { } candidate, Measures.IsEmpty: false } round)
        {
            return;
        }

        var samples = new Dictionary<(string Policy, string Prompt), JobResponse>();
        foreach (var measures in round.Measures)
        {
            foreach (var response in (await PairMaker.ReadAsync(store, measures.Responses, cancellationToken)).Where(response => response.Sample is 0))
            {
                samples[(response.Policy, response.PromptId)] = response;
            }
        }

        var ids = samples.Keys.Where(key => key.Policy == candidate).Select(key => StringId.Parse<PromptId>(key.Prompt)).Order().ToList();
        var prompts = await grains.GetGrain<IPromptCatalogGrain>(project.Value).FindAsync([.. ids], cancellationToken);
        var items = new List<HeadToHeadItem>();
        var pairs = new List<NewPair>();
        foreach (var prompt in prompts.OfType<PromptEntry>())
        {
            foreach (var opponent in new[] { round.Parent, round.Start }.Distinct())
            {
                var (one, other) = (Row(prompt, samples[(candidate, prompt.Id.Value)]), Row(prompt, samples[(opponent, prompt.Id.Value)]));
                var same = one.Text == other.Text;
                items.Add(new(prompt.Id, opponent, same ? null : PairId.Of(prompt.Id, one.ResponseId, other.ResponseId)));
                if (!same)
                {
                    pairs.Add(new(prompt, one, other) { Strategy = "head-to-head" });
                }
            }
        }

        var file = new HeadToHeadFile { Identical = items.Count(item => item.PairId is null), Items = [.. items] };
        await store.PutOnceAsync(HeadToHeadFile.Blob(project, name), JsonSerializer.SerializeToUtf8Bytes(file, JobJson.File), cancellationToken);
        var view = (await grains.GetGrain<IProjectGrain>(project.Value).GetAsync(cancellationToken))!;
        await _writer.WriteAsync(view, name, new(name, Purpose.HeadToHead, round.Settings.Gate.Overlap, Priority: round.Number), pairs, cancellationToken);
        await rounds.ApplyAsync(name, new() { Kind = RoundEventKind.HeadToHeadMade, HeadToHead = pairs.Count }, cancellationToken);
    }

    private static ResponseRow Row(PromptEntry prompt, JobResponse response) => new()
    {
        ResponseId = ResponseId.Of(prompt.Id, response.Policy, response.Text),
        PromptId = prompt.Id,
        Source = response.Policy,
        Text = response.Text,
        Tokens = response.Tokens,
        LogProb = response.LogProb,
        Sample = response.Sample,
        Seed = response.Seed,
    };
}

using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Agreement;
using Orleans.Dpo.Silo.Tests.Api;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Agreement;

[Collection(SiloCollection.Name)]
public sealed class AgreementServiceTests(SiloHost host)
{
    [Fact]
    public async Task Planted_adversaries_are_found_and_a_new_service_finds_the_same_from_the_ledger()
    {
        var crowd = new JudgingCrowd(host, "adversaries");
        await crowd.StartAsync(pairs: 60, overlap: 5, new { });
        var random = new Random(5);
        foreach (var (name, choose) in new (string, Func<JsonNode, string>)[]
        {
            ("ada", JudgingCrowd.Honest), ("bo", Mostly(JudgingCrowd.Honest)), ("cy", Mostly(JudgingCrowd.Honest)),
            ("inverted", JudgingCrowd.Inverted), ("lefty", _ => "left"),
        })
        {
            Assert.Equal(60, (await crowd.JudgeAsync(await crowd.PersonAsync(name), choose)).Count);
        }

        // What it believes meanwhile depends on which votes the last fit had; fitted with all of them it knows who is who.
        var live = host.App.Services.GetRequiredService<AgreementService>();
        await live.RefitAsync("adversaries", default);
        var quality = await crowd.ReadAsync("quality?intervals=true");
        Assert.Equal((300, 60, 60), ((int)quality["votes"]!, (int)quality["pairs"]!, (int)quality["complete"]!));
        Assert.NotNull(quality["alpha_nominal"]!["value"]);
        Assert.NotNull(quality["alpha_nominal"]!["interval"]);
        Assert.NotNull(quality["intervals_as_of"]);
        Assert.True((double)(await crowd.OfAsync("ada"))["joint"]!["reliability"]! > 0.7);
        Assert.True((double)(await crowd.OfAsync("inverted"))["joint"]!["reliability"]! < 0);
        var lefty = await crowd.OfAsync("lefty");
        Assert.True((double)lefty["joint"]!["position_bias"]! > 0.8);
        Assert.Equal((1.0, true), ((double)lefty["left_share"]!, (bool)lefty["has_pattern"]!));
        Assert.False((bool)(await crowd.OfAsync("ada"))["has_pattern"]!);

        // The service followed vote by vote, in the order in which they came; a new one reads shard by shard. Fitted anew at one position they believe the same.
        using var again = NewService(TimeProvider.System);
        await live.RefitAsync("adversaries", default);
        await again.RefitAsync("adversaries", default);
        var pairs = (await EntriesAsync("adversaries")).Select(entry => entry.Event).OfType<JudgmentRecorded>().Select(judgment => judgment.Pair).Distinct().ToArray();
        Assert.Equal(60, pairs.Length);
        Assert.All(crowd.Ids.Values, id => Assert.Equal(Numbers(Annotator(live, id)), Numbers(Annotator(again, id)), (one, other) => Math.Abs(one - other) < 1e-9));
        Assert.All(pairs, pair => Assert.Equal(live.Peek(new("adversaries"), model => model.Find(pair))!.Value.PABetter, again.Peek(new("adversaries"), model => model.Find(pair))!.Value.PABetter, 1e-9));
        var (one, other) = (await live.ReadAsync("adversaries", false, default), await again.ReadAsync("adversaries", false, default));
        Assert.Equal(one.Annotators.Select(person => (person.Annotator, person.Votes, person.PatternEvidence)), other.Annotators.Select(person => (person.Annotator, person.Votes, person.PatternEvidence)));
        Assert.Equal(Numbers(Annotator(live, crowd.Ids["lefty"])), Numbers(one.Annotators.Single(person => person.Annotator.Value == crowd.Ids["lefty"]).Joint!.Value));

        static JointAnnotator Annotator(AgreementService service, string id) => service.Peek(new("adversaries"), model => model.Find(new Grains.Annotators.AnnotatorId(id)))!.Value;

        static double[] Numbers(JointAnnotator found) => [found.Reliability, found.ReliabilityError, found.PositionBias, found.PositionError, found.StyleBias, found.StyleError, found.Decided];

        Func<JsonNode, string> Mostly(Func<JsonNode, string> choose) => lease => random.Next(8) == 0 ? JudgingCrowd.Inverted(lease) : choose(lease);
    }

    /// <summary>The clock stands still but for one second: what a judgment changes does not wait for more.</summary>
    [Fact]
    public async Task What_is_believed_of_a_pair_follows_a_judgment_within_a_second_and_its_undo_too()
    {
        var crowd = new JudgingCrowd(host, "fresh");
        await crowd.StartAsync(pairs: 6, overlap: 2, new { });
        var ada = await crowd.PersonAsync("ada");
        await crowd.JudgeAsync(ada, JudgingCrowd.Honest, most: 4);
        var clock = new FakeTimeProvider();
        using var service = NewService(clock);
        await service.StartAsync(default);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (service.Looks == 0)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, patience.Token);
        }

        await SecondAsync();
        Assert.Equal(4, service.Peek(new("fresh"), model => model.Votes));
        var lease = (await crowd.LeaseAsync(ada, 1))[0]!;
        var (id, pair) = (Judgments.NewId(), await host.PairAsync(ada, crowd.Path, lease));
        await crowd.SayAsync(ada, Judgments.Of(lease, "left", id));
        await SecondAsync();
        Assert.Equal(5, service.Peek(new("fresh"), model => model.Votes));
        var believed = service.Peek(new("fresh"), model => model.Find(new Grains.Pairs.PairId(pair)))!.Value;
        Assert.Equal(0.74, Math.Abs(believed.PABetter - 0.5) + 0.5, 0.15);
        await crowd.SayAsync(ada, new { id = Judgments.NewId(), pair = (string)lease["pair"]!, lease = (string)lease["lease"]!, choice = "undo", supersedes = id, reasons = Array.Empty<string>(), input = "key" });
        await SecondAsync();
        Assert.Equal(4, service.Peek(new("fresh"), model => model.Votes));
        Assert.Equal(0.5, service.Peek(new("fresh"), model => model.Find(new Grains.Pairs.PairId(pair)))!.Value.PABetter);
        await service.StopAsync(default);
        var quality = await crowd.ReadAsync("quality");
        Assert.Equal((4, 1), ((int)quality["votes"]!, (int)quality["withdrawn"]!));
        Assert.StartsWith("No unit", (string)quality["alpha_nominal"]!["undefined"]!, StringComparison.Ordinal);

        // One second passes in two halves; whatever a look began by then is waited for without any more time.
        async Task SecondAsync()
        {
            for (var half = 0; half < 2; half++)
            {
                var looks = service.Looks;
                clock.Advance(TimeSpan.FromMilliseconds(500));
                while (service.Looks == looks)
                {
                    await Task.Delay(5, patience.Token);
                }

                await service.WhenIdleAsync().WaitAsync(patience.Token);
            }
        }
    }

    [Fact]
    public async Task A_project_with_too_many_votes_is_let_go_and_read_anew_when_enough_were_withdrawn()
    {
        var crowd = new JudgingCrowd(host, "too-many");
        await crowd.StartAsync(pairs: 6, overlap: 2, new { });
        var ada = await crowd.PersonAsync("ada");
        await crowd.JudgeAsync(ada, JudgingCrowd.Honest, most: 4);
        using var service = NewService(TimeProvider.System, mostJudgments: 4);
        Assert.Equal((4, null), Numbers(await service.ReadAsync("too-many", false, default)));
        var (lease, id) = ((await crowd.LeaseAsync(ada, 1))[0]!, Judgments.NewId());
        await crowd.SayAsync(ada, Judgments.Of(lease, "left", id));
        Assert.Equal((0, "The project has 5 votes; statistics of annotators are kept up to 4."), Numbers(await service.ReadAsync("too-many", false, default)));
        Assert.Equal(0, service.Peek(new("too-many"), model => model.Votes));
        await crowd.SayAsync(ada, new { id = Judgments.NewId(), pair = (string)lease["pair"]!, lease = (string)lease["lease"]!, choice = "undo", supersedes = id, reasons = Array.Empty<string>(), input = "key" });
        Assert.Equal((4, null), Numbers(await service.ReadAsync("too-many", false, default)));
        Assert.Equal(6, (await service.ReadAsync("too-many", false, default)).Pairs);

        static (int Votes, string? Undefined) Numbers(ProjectQuality quality) => (quality.Votes, quality.Undefined);
    }

    [Fact]
    public async Task Intervals_are_made_on_demand_and_say_when()
    {
        var crowd = new JudgingCrowd(host, "intervals");
        await crowd.StartAsync(pairs: 12, overlap: 2, new { });
        await crowd.JudgeAsync(await crowd.PersonAsync("ada"), JudgingCrowd.Honest);
        await crowd.JudgeAsync(await crowd.PersonAsync("bo"), lease => JudgingCrowd.Key(lease).EndsWith('1') ? JudgingCrowd.Inverted(lease) : JudgingCrowd.Honest(lease));
        var plain = await crowd.ReadAsync("quality");
        Assert.Equal((null, null), ((string?)plain["intervals_as_of"], plain["alpha_nominal"]!["interval"]));
        var asked = host.Clock.GetUtcNow();
        var made = (DateTimeOffset)(await crowd.ReadAsync("quality?intervals=true"))["intervals_as_of"]!;
        Assert.True(made >= asked.AddMilliseconds(-1));
        Assert.Equal(made, (DateTimeOffset)(await crowd.ReadAsync("quality?intervals=true"))["intervals_as_of"]!);
        host.Clock.Advance(TimeSpan.FromSeconds(31));
        var later = await crowd.ReadAsync("quality?intervals=true");
        Assert.True((DateTimeOffset)later["intervals_as_of"]! >= made.AddSeconds(31));
        Assert.NotNull(later["alpha_nominal"]!["interval"]);
    }

    [Fact]
    public async Task Pairs_get_more_votes_only_where_they_disagree_and_disputes_go_to_a_blind_adjudicator()
    {
        var crowd = new JudgingCrowd(host, "overlaps");
        await crowd.StartAsync(pairs: 12, overlap: 3, new { routing = "information", min_overlap = 2, confidence = 0.99 });
        var (ada, bo, cy) = (await crowd.PersonAsync("ada"), await crowd.PersonAsync("bo"), await crowd.PersonAsync("cy"));
        var first = await crowd.JudgeAsync(ada, JudgingCrowd.Honest);
        Assert.Equal(12, first.Count);
        var contested = first.Take(4).Select(entry => JudgingCrowd.Key(entry.Lease)).ToHashSet();
        Assert.Equal(12, (await crowd.JudgeAsync(bo, lease => contested.Contains(JudgingCrowd.Key(lease)) ? JudgingCrowd.Inverted(lease) : JudgingCrowd.Honest(lease))).Count);
        await crowd.ReadAsync("quality");
        var third = await crowd.JudgeAsync(cy, lease => "tie");
        Assert.Equal(contested.Order(), third.Select(entry => JudgingCrowd.Key(entry.Lease)).Order());
        Assert.Equal((28, 4), ((int)(await crowd.ReadAsync("quality"))["votes"]!, (int)(await crowd.ReadAsync("adjudication"))["disputed"]!));

        var judge = await crowd.PersonAsync("judge", "adjudicator");
        var leases = await crowd.LeaseAsync(judge, 4, "adjudication/leases");
        Assert.Equal(contested.Order(), leases.Select(lease => JudgingCrowd.Key(lease!)).Order());
        Assert.Empty(await crowd.LeaseAsync(await crowd.PersonAsync("rival", "adjudicator"), 4, "adjudication/leases"));
        var seen = $"{crowd.Path}/adjudication/{leases[0]!["pair"]}?lease={leases[0]!["lease"]}";
        await Body.IsProblemAsync(await judge.GetAsync(seen), HttpStatusCode.Conflict, "wrong-state");
        await crowd.SayAsync(judge, Judgments.Of(leases[0]!, JudgingCrowd.Honest(leases[0]!)));
        var others = (await Body.ReadAsync(await judge.GetAsync(seen)))["votes"]!.AsArray();
        Assert.Equal([JudgingCrowd.Honest(leases[0]!), JudgingCrowd.Inverted(leases[0]!), "tie"], others.Select(vote => (string)vote!["choice"]!));
        Assert.Equal((28, 3), ((int)(await crowd.ReadAsync("quality"))["votes"]!, (int)(await crowd.ReadAsync("adjudication"))["disputed"]!));
        var routed = (await EntriesAsync("overlaps")).Select(entry => entry.Event).OfType<LeaseGranted>()
            .Where(granted => granted.Annotator.Value == crowd.Ids["cy"]).SelectMany(granted => granted.Leases).ToArray();
        Assert.Equal(4, routed.Length);
        Assert.All(routed, lease => Assert.True(lease is { Strategy: "information" or "uniform", Propensity: > 0 and <= 1 }));
    }

    [Fact]
    public async Task Failed_gold_pauses_with_its_evidence_and_an_operator_lets_the_annotator_go_on()
    {
        var crowd = new JudgingCrowd(host, "golden");
        await crowd.StartAsync(pairs: 60, overlap: 2, new { gold_share = 0.5, gold_pass = 0.8 });
        var rows = Enumerable.Range(0, 30).Select(i => JudgingCrowd.Row(i, "a")).ToArray();
        Assert.Equal(30, (int)(await Body.ReadAsync(await host.Admin.PostAsync($"{crowd.Path}/gold", Body.Json(rows))))["gold"]!);
        Assert.Equal(30, (int)(await crowd.ReadAsync("quality"))["gold"]!);
        var (honest, bad) = (await crowd.PersonAsync("honest"), await crowd.PersonAsync("bad"));
        var said = await crowd.JudgeAsync(honest, JudgingCrowd.Honest, most: 60);
        Assert.Equal(said.Count, said.DistinctBy(entry => JudgingCrowd.Key(entry.Lease)).Count());
        var theirs = await crowd.OfAsync("honest");
        Assert.InRange((int)theirs["gold_answers"]!, 8, 30);
        Assert.Equal(((int)theirs["gold_answers"]!, false), ((int)theirs["gold_right"]!, (bool)theirs["paused"]!));

        // Whoever is paused keeps what he holds, and what he sends is taken.
        JsonArray held = [];
        for (var i = 0; i < 40 && !(bool)((await crowd.ReadAsync("annotators?limit=1000"))["items"]!.AsArray().SingleOrDefault(item => (string)item!["annotator"]! == crowd.Ids["bad"])?["paused"] ?? false); i++)
        {
            if (held.Count > 0)
            {
                await crowd.SayAsync(bad, [.. held.Select(lease => Judgments.Of(lease!, JudgingCrowd.Inverted(lease!)))]);
            }

            held = await crowd.LeaseAsync(bad, 2);
        }

        var pause = (await crowd.ReadAsync("annotators/pauses"))["items"]!.AsArray().Single()!;
        Assert.Equal(("gold", crowd.Ids["bad"], "agreement"), ((string)pause["cause"]!, (string)pause["annotator"]!, (string)pause["by"]!));
        Assert.Contains(" gold answers were right", (string)pause["evidence"]!, StringComparison.Ordinal);
        var none = await Body.ReadAsync(await bad.PostAsync($"{crowd.Path}/leases", Body.Json(new { count = 2 })));
        Assert.Equal(("paused", 0), ((string)none["reason"]!, none["items"]!.AsArray().Count));
        Assert.Contains("answers to pairs whose answer is known", (string)none["detail"]!, StringComparison.Ordinal);
        Assert.Contains("Everything you sent is kept", (string)none["detail"]!, StringComparison.Ordinal);
        await Body.ReadAsync(await host.Admin.PostAsync($"{crowd.Path}/annotators/{crowd.Ids["bad"]}/resume", Body.Text("{}")));
        Assert.NotEmpty(await crowd.LeaseAsync(bad, 2));
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{crowd.Path}/annotators/{crowd.Ids["bad"]}/resume", Body.Text("{}")), HttpStatusCode.Conflict, "wrong-state");
        Assert.Equal(0, (double)(await crowd.OfAsync("bad"))["gold_evidence"]!);
        Assert.DoesNotContain(await EntriesAsync("golden"), entry => entry.Event is JudgmentRecorded { Purpose: Purpose.Gold, Counted: true });
    }

    [Fact]
    public async Task A_repeat_shows_the_other_order_after_the_gap_and_measures_self_consistency()
    {
        var crowd = new JudgingCrowd(host, "repeats");
        await crowd.StartAsync(pairs: 40, overlap: 1, new { repeat_share = 0.4, repeat_gap = 8 });
        await crowd.ReadAsync("quality");
        var ada = await crowd.PersonAsync("ada");
        var said = new List<(JsonNode Lease, string Choice)>();
        for (var i = 0; i < 10; i++)
        {
            said.AddRange(await crowd.JudgeAsync(ada, JudgingCrowd.Honest, most: 4));
            await crowd.ReadAsync("quality");
        }

        var again = said.Select((entry, n) => (entry.Lease, N: n)).GroupBy(entry => JudgingCrowd.Key(entry.Lease)).Where(pair => pair.Count() > 1).ToArray();
        Assert.NotEmpty(again);
        Assert.All(again, pair => Assert.Equal(2, pair.Count()));
        Assert.All(again, pair => Assert.True(pair.Last().N - pair.First().N >= 8));
        Assert.All(again, pair => Assert.Equal((string)pair.First().Lease["left"]!, (string)pair.Last().Lease["right"]!));
        var repeats = (await crowd.OfAsync("ada"))["repeats"]!;
        Assert.Equal(again.Length, (int)repeats["units"]!);
        Assert.Equal(said.Count - again.Length, (int)(await crowd.ReadAsync("quality"))["votes"]!);
    }

    private AgreementService NewService(TimeProvider time, int mostJudgments = int.MaxValue) =>
        new(host.App.Services.GetRequiredService<IGrainFactory>(), host.App.Services.GetRequiredService<IBlobStore>(), time, NullLogger<AgreementService>.Instance) { MostJudgments = mostJudgments };

    private async Task<List<LedgerEntry>> EntriesAsync(string project)
    {
        var entries = new List<LedgerEntry>();
        foreach (var shard in new[] { "0", "1" })
        {
            await foreach (var entry in LedgerReader.ReadAsync(host.App.Services.GetRequiredService<IBlobStore>(), project, shard, 1, long.MaxValue, default))
            {
                entries.Add(entry);
            }
        }

        return entries;
    }
}

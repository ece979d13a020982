using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Erasure;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class ErasureUnderLoadTests(SiloHost host)
{
    private const string Note = "An unmistakable remark about tangerine umbrellas.";
    private const int BeforeErasure = 24;
    private static readonly string[] s_projects = ["moved-one", "moved-two", "moved-three"];

    [Fact]
    public async Task Someone_erased_while_judging_in_three_projects_leaves_nothing_and_nothing_acknowledged_is_lost()
    {
        foreach (var project in s_projects)
        {
            await host.AddProjectAsync(project, pairs: 120, overlap: 2);
        }

        var person = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name = "Tove Tangerine", roles = new[] { "annotator" } })));
        var id = new AnnotatorId((string)person["id"]!);
        var key = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/keys", Body.Json(new { name = "tove", roles = new[] { "annotator" }, person = id.Value })));
        using var tove = host.WithKey((string)key["key"]!);
        var bystander = await host.AddAsync("moved-bystander", "annotator");
        var (theirs, others, enough) = (new Said(), new Said(), new TaskCompletionSource());
        using var stop = new CancellationTokenSource();
        var judging = s_projects.Select(project => JudgeAsync(tove, project, theirs, enough, stop.Token)).ToArray();
        var beside = s_projects.Select(project => JudgeAsync(bystander, project, others, null, stop.Token)).ToArray();
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var certificate = await Body.ReadAsync(await host.Admin.DeleteAsync($"/api/v1/people/{id}"));
        var atCertificate = Personal(id);
        Assert.Equal(HttpStatusCode.Unauthorized, (await tove.GetAsync("/api/v1/me")).StatusCode);
        await Task.WhenAll(judging).WaitAsync(TimeSpan.FromSeconds(60));   // each ends when it is not let in any more
        await stop.CancelAsync();
        await Task.WhenAll(beside).WaitAsync(TimeSpan.FromSeconds(60));

        // The certificate is true when it is given and stays so: no record, no key, no text, no word of a note on disk.
        Assert.NotNull(certificate["completed"]);
        Assert.Empty(atCertificate);
        Assert.Empty(Personal(id));
        Assert.DoesNotContain(Directory.EnumerateFiles(host.Data, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("host.lock", StringComparison.Ordinal)),
            file => File.ReadAllBytes(file).AsSpan() is var bytes && (bytes.IndexOf(Encoding.UTF8.GetBytes(Note)) >= 0 || bytes.IndexOf("Tove Tangerine"u8) >= 0));

        // Every chain verifies, holds what the certificate names, and each acknowledged judgment once.
        var store = host.App.Services.GetRequiredService<IBlobStore>();
        var stored = new List<string>();
        foreach (var project in s_projects)
        {
            var named = certificate["ledgers"]!.AsArray().Single(ledger => (string?)ledger!["project"] == project)!;
            Assert.True((await LedgerReader.VerifyAsync(store, project, "_project", default)).Seq >= (long)named["seq"]!);
            foreach (var shard in new[] { "0", "1" })
            {
                await LedgerReader.VerifyAsync(store, project, shard, default);
                await foreach (var entry in LedgerReader.ReadAsync(store, project, shard, 1, long.MaxValue, default))
                {
                    stored.AddRange(entry.Event is JudgmentRecorded judgment ? [judgment.Id.Value] : []);
                }
            }
        }

        Assert.True(theirs.Acknowledged.Count >= BeforeErasure && !others.Acknowledged.IsEmpty);
        Assert.Equal(stored.Count, stored.Distinct().Count());
        Assert.Empty(theirs.Acknowledged.Concat(others.Acknowledged).Except(stored));
    }

    [Fact]
    public async Task A_note_that_arrives_while_its_writer_is_erased_is_not_kept_whatever_comes_first()
    {
        var notes = host.App.Services.GetRequiredService<PersonText>();
        var erasure = host.App.Services.GetRequiredService<PersonErasure>();
        for (var round = 0; round < 20; round++)
        {
            var person = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name = $"note race {round}", roles = new[] { "annotator" } })));
            var id = new AnnotatorId((string)person["id"]!);
            await notes.StoreAsync(id, "first", Note, default);
            var storing = Enumerable.Range(0, 8).Select(n => Task.Run(() => notes.StoreAsync(id, $"n{n}", Note, default))).ToArray();
            var erased = await erasure.EraseAsync(id, "an", default);
            Assert.NotNull(erased.Value!.Completed);
            await Task.WhenAll(storing);
            Assert.Empty(Personal(id));
            Assert.Null(await notes.StoreAsync(id, "late", Note, default));
            Assert.Empty(Personal(id));
        }
    }

    private string[] Personal(AnnotatorId id) => [.. Directory.EnumerateFiles(host.Data, "*", SearchOption.AllDirectories)
        .Where(file => file.Contains($"people/{id}", StringComparison.Ordinal) || file.Contains($"people-text/{id}", StringComparison.Ordinal))];

    /// <summary>Judges with a note each time until there is nothing left, or the door is shut.</summary>
    private static async Task JudgeAsync(HttpClient client, string project, Said said, TaskCompletionSource? enough, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var leased = await client.PostAsync($"/api/v1/projects/{project}/leases", Body.Json(new { count = 4 }), CancellationToken.None);
            if (leased.StatusCode is HttpStatusCode.Unauthorized || (await Body.ReadAsync(leased))["items"]!.AsArray() is not { Count: > 0 } leases)
            {
                return;
            }

            foreach (var lease in leases)
            {
                var judgment = JsonNode.Parse(await Body.Json(Judgments.Of(lease!, "left")).ReadAsStringAsync(CancellationToken.None))!;
                judgment["note"] = Note;
                using var answer = await client.PostAsync($"/api/v1/projects/{project}/judgments", Body.Text($"[{judgment.ToJsonString()}]"), CancellationToken.None);
                if (answer.StatusCode is HttpStatusCode.Unauthorized)
                {
                    return;
                }

                var result = (await Body.ReadAsync(answer))[0]!;
                if ((string?)result["status"] == "stored")
                {
                    said.Acknowledged.Add((string)result["id"]!);
                }

                if (said.Acknowledged.Count >= BeforeErasure)
                {
                    enough?.TrySetResult();
                }
            }
        }
    }

    private sealed class Said
    {
        public ConcurrentBag<string> Acknowledged { get; } = [];
    }
}

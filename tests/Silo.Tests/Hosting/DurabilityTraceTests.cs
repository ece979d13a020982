using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orleans.Dpo.Silo.Tests.Api;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Hosting;

/// <summary>What the operating system saw: no answer to a judgment leaves before the sync of the bytes that hold the judgment has returned.</summary>
public sealed partial class DurabilityTraceTests
{
    private const string Strace = "/usr/bin/strace";
    private const int Judgments = 12;

    [Fact]
    public async Task No_answer_to_a_judgment_leaves_before_its_bytes_are_synced()
    {
        Assert.True(File.Exists(Strace), "strace is missing; ./dpo setup installs it.");
        using var folder = new TemporaryFolder();
        var trace = folder.File("trace");
        var ids = await JudgeAsync(folder, Strace, "-f", "-y", "-s", "4096", "-e", "trace=fdatasync,fsync,write,pwrite64,writev,pwritev,sendmsg,sendto", "-o", trace);
        var calls = Parse(await File.ReadAllLinesAsync(trace));
        foreach (var id in ids)
        {
            var written = calls.First(call => call.Text.Contains(id, StringComparison.Ordinal) && call.Name.Contains("write", StringComparison.Ordinal) && call.File.Contains("/ledger/", StringComparison.Ordinal));
            var synced = calls.First(call => call.Name is "fdatasync" or "fsync" && call.File == written.File && call.Began >= written.Ended);
            var answered = calls.First(call => call.Name is "sendmsg" or "sendto" or "write" or "writev" && call.File.StartsWith("socket:", StringComparison.Ordinal)
                && call.Text.Contains("\\\"status\\\":\\\"stored\\\"", StringComparison.Ordinal) && call.Text.Contains(id, StringComparison.Ordinal));
            Assert.True(synced.Ended < answered.Began, $"{id}: synced in line {synced.Ended}, answered in line {answered.Began} of the trace");
        }
    }

    private static async Task<List<string>> JudgeAsync(TemporaryFolder folder, params string[] under)
    {
        var (silo, admin) = await SiloProcess.ServeAsync(folder, under);
        using (silo)
        using (admin)
        {
            (await admin.PostAsync("/api/v1/projects", Body.Json(new { id = "t", shards = 2, settings = new { } }))).EnsureSuccessStatusCode();
            var rows = Enumerable.Range(0, Judgments).Select(i => new { prompt = $"q{i}", response_a = $"a{i}", response_b = $"b{i}", source_a = "x", source_b = "y" });
            (await admin.PostAsync("/api/v1/projects/t/pairs", Body.Json(rows))).EnsureSuccessStatusCode();
            var ids = new List<string>();
            while (ids.Count < Judgments)
            {
                var leases = (await Body.ReadAsync(await admin.PostAsync("/api/v1/projects/t/leases", Body.Json(new { count = 4 }))))["items"]!.AsArray();
                var batch = leases.Select(lease => (Id: Api.Judgments.NewId(), Lease: lease!)).ToList();

                // At once, so that several share one group commit.
                await Task.WhenAll(batch.Select(item => SubmitAsync(admin, item.Id, item.Lease)));
                ids.AddRange(batch.Select(item => item.Id));
            }

            await silo.StopAsync();
            return ids;
        }
    }

    private static async Task SubmitAsync(HttpClient admin, string id, JsonNode lease)
    {
        var answer = await Body.ReadAsync(await admin.PostAsync("/api/v1/projects/t/judgments", Body.Json(new[] { Api.Judgments.Of(lease, "left", id) })));
        Assert.Equal("stored", (string?)answer[0]!["status"]);
    }

    // A line is "pid name(fd</path>, …) = result"; when threads interleave it is cut into "… <unfinished ...>" and "pid <... name resumed>…". Line numbers are the time.
    private static List<Call> Parse(string[] lines)
    {
        var calls = new List<Call>();
        var open = new Dictionary<string, Call>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            if (Begin().Match(lines[i]) is { Success: true } begin)
            {
                var call = new Call(begin.Groups[2].Value, begin.Groups[3].Value, i, i, lines[i]);
                if (lines[i].EndsWith("<unfinished ...>", StringComparison.Ordinal))
                {
                    open[begin.Groups[1].Value] = call;
                }
                else
                {
                    calls.Add(call);
                }
            }
            else if (Resumed().Match(lines[i]) is { Success: true } end && open.Remove(end.Groups[1].Value, out var call))
            {
                calls.Add(call with { Ended = i });
            }
        }

        return calls;
    }

    [GeneratedRegex(@"^(\d+)\s+(\w+)\(\d+<([^>]*)>")]
    private static partial Regex Begin();

    [GeneratedRegex(@"^(\d+)\s+<\.\.\. (\w+) resumed>")]
    private static partial Regex Resumed();

    private sealed record Call(string Name, string File, int Began, int Ended, string Text);
}

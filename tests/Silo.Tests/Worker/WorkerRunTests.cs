using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Silo.Jobs;
using Orleans.Dpo.Silo.Tests.Api;
using Orleans.Dpo.Silo.Worker;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Worker;

/// <summary>The worker with real children: shell scripts that keep the file protocol of docs/formats/jobs.md.</summary>
public sealed class WorkerRunTests(SiloHost host) : IClassFixture<SiloHost>
{
    private const string Done =
        """
        mkdir -p "$2/out"
        epoch=$(sed -n 's/.*"epoch": \([0-9]*\).*/\1/p' "$2/job.json" | head -1)
        printf '{"prompt_id":"pr_00000000000000000000000000000000","policy":"p1","sample":0,"text":"t","finished":true,"tokens":1,"log_prob":-1,"seed":1}\n' > "$2/out/responses.jsonl"
        printf '{"format":1,"epoch":%s,"seconds":1,"threads":1,"generate":{"responses":1,"tokens":1}}' "$epoch" > "$2/out/result.json"
        """;

    [Fact]
    public async Task A_child_gets_verified_inputs_and_its_results_are_published()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "run-done");
        var name = await jobs.PlanAsync();
        using var folder = new TemporaryFolder();
        await RunOnceAsync(jobs, folder, $"""test "$1" = job && cmp "$2/inputs/policies/p1/config.json" "$2/inputs/policies/p1/config.json" || exit 9{"\n"}{Done}""");
        Assert.NotEqual("running", (string?)(await jobs.GenerationAsync(name))["state"]);
        Assert.Null(await jobs.Queue.FindAsync(jobs.Key(name), CancellationToken.None));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(folder, "attempts")));
    }

    [Fact]
    public async Task A_killed_child_gives_its_job_back()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "run-killed");
        var name = await jobs.PlanAsync();
        using var folder = new TemporaryFolder();
        await RunOnceAsync(jobs, folder, "kill -9 $$");
        var view = await jobs.Queue.FindAsync(jobs.Key(name), CancellationToken.None);
        Assert.NotNull(view);
        Assert.Null(view.Worker);
        await jobs.GiveUpAsync(await jobs.ClaimAsync());
    }

    [Fact]
    public async Task A_child_that_is_told_to_cancel_hears_it_on_standard_input()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "run-cancel");
        var name = await jobs.PlanAsync();
        using var folder = new TemporaryFolder();
        var heard = folder.File("heard");
        var run = RunOnceAsync(jobs, folder, $"""touch "{heard}.started"; read line; echo "$line" > "{heard}" """);
        await UntilAsync(() => File.Exists($"{heard}.started"));
        await jobs.Queue.CancelAsync(jobs.Key(name), CancellationToken.None);
        await run;
        Assert.Equal("cancel\n", await File.ReadAllTextAsync(heard));
        Assert.Null(await jobs.Queue.FindAsync(jobs.Key(name), CancellationToken.None));
    }

    [Fact]
    public async Task A_child_that_does_not_obey_is_killed()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "run-deaf");
        var name = await jobs.PlanAsync();
        using var folder = new TemporaryFolder();
        var pid = folder.File("pid");
        var run = RunOnceAsync(jobs, folder, $"""echo $$ > "{pid}.new"; mv "{pid}.new" "{pid}"; trap '' TERM INT; while true; do sleep 0.1; done""");
        await UntilAsync(() => File.Exists(pid));
        await jobs.Queue.CancelAsync(jobs.Key(name), CancellationToken.None);
        await run;
        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(pid)).Trim()}"));
    }

    [Fact]
    public async Task A_lost_claim_kills_the_child_and_discards_the_attempt()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "run-lost");
        await jobs.PlanAsync();
        using var folder = new TemporaryFolder();
        var pid = folder.File("pid");
        var run = RunOnceAsync(jobs, folder, $"""echo $$ > "{pid}.new"; mv "{pid}.new" "{pid}"; while true; do sleep 0.1; done""");
        await UntilAsync(() => File.Exists(pid));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await run;
        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(pid)).Trim()}"));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(folder, "attempts")));
        var heir = await jobs.ClaimAsync("heir");
        await jobs.GiveUpAsync(heir);
    }

    [Fact]
    public async Task The_child_is_niced_goes_first_when_memory_runs_out_and_ends_when_its_input_closes()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("attempt"));
        var child = TrainerChild.Start(Script(folder, "while read line; do :; done"), folder.File("attempt"));
        // On top of whatever these tests were started with; nice sets it a moment after it was started.
        await UntilAsync(() => NiceOf($"{child.Id}") == Math.Min(19, NiceOf("self") + 5));
        Assert.Equal("500", (await File.ReadAllTextAsync($"/proc/{child.Id}/oom_score_adj")).Trim());
        await child.DisposeAsync();
        Assert.Equal(0, await child.Exited);
    }

    [Theory]
    [InlineData(null, 137, false, JobOutcome.Retry)]
    [InlineData("out-of-memory", 1, false, JobOutcome.Retry)]
    [InlineData("error", 1, false, JobOutcome.Retry)]
    [InlineData("bad-input", 2, false, JobOutcome.Failed)]
    [InlineData("step-0", 3, false, JobOutcome.Failed)]
    [InlineData("diverged", 3, false, JobOutcome.Failed)]
    [InlineData("cancelled", 4, true, JobOutcome.Cancelled)]
    [InlineData("cancelled", 4, false, JobOutcome.Retry)]
    public void What_an_ended_child_means(string? code, int exitCode, bool cancelled, JobOutcome expected)
    {
        var result = code is null ? null : new JobResult { Epoch = 1, Failure = new(code, "why") };
        Assert.Equal(expected, JobRun.OutcomeOf(result, exitCode, cancelled));
    }

    [Fact]
    public async Task A_cached_input_is_downloaded_once_and_refused_with_other_bytes()
    {
        using var folder = new TemporaryFolder();
        var cache = new InputCache(folder);
        byte[] content = [1, 2, 3];
        var file = new ClaimFile("inputs/a", "/a", content.Length, ContentHash.Hex(content));
        var downloads = 0;
        Task Download(ClaimFile wanted, string target, CancellationToken cancellationToken)
        {
            downloads++;
            return File.WriteAllBytesAsync(target, content, cancellationToken);
        }

        var first = await cache.GetAsync(file, Download, CancellationToken.None);
        Assert.Equal(first, await cache.GetAsync(file, Download, CancellationToken.None));
        Assert.Equal(1, downloads);
        await Assert.ThrowsAsync<InvalidDataException>(() => cache.GetAsync(file with { Sha256 = new string('0', 64) }, Download, CancellationToken.None));
        Assert.Equal(first, Assert.Single(Directory.EnumerateFiles(folder)));
    }

    private static int NiceOf(string process) =>
        int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture);

    private static string Script(TemporaryFolder folder, string body)
    {
        var script = folder.File("trainer.sh");
        File.WriteAllText(script, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return script;
    }

    private static async Task RunOnceAsync(QueuedJobs jobs, TemporaryFolder folder, string script)
    {
        Directory.CreateDirectory(folder.File("attempts"));
        var client = new WorkerClient(jobs.Worker, TimeProvider.System);
        var options = new WorkerOptions("test", folder, Script(folder, script), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(300));
        var claim = await client.ClaimAsync("test", CancellationToken.None);
        Assert.NotNull(claim);
        await new JobRun(options, client, new InputCache(folder.File("inputs")), TimeProvider.System, NullLogger.Instance).RunAsync(claim, CancellationToken.None);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!holds())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}

using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Dpo.Silo.Jobs;
using Orleans.Dpo.Silo.Worker;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Worker;

/// <summary>Servers that answer nonsense, or not at all: the worker asks again.</summary>
public sealed class WorkerLoopTests
{
    [Fact]
    public async Task A_worker_outlives_answers_that_it_cannot_read()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var asked = 0;
        using var http = Http((_, _) =>
        {
            if (++asked == 3)
            {
                stop.Cancel();
            }

            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(asked == 1 ? "<html>" : """{"kind":"a job of a later server"}""", null, "application/json") });
        });
        await Loop(http, folder, TimeProvider.System).RunAsync(stop.Token).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_given_up_on_and_asked_again()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var time = new FakeTimeProvider();
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var http = Http(async (_, cancellationToken) =>
        {
            (first.Task.IsCompleted ? second : first).SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("Nobody waits for ever.");
        });
        var run = Loop(http, folder, time).RunAsync(stop.Token);
        await first.Task;
        while (!second.Task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await run.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task An_attempt_of_another_project_with_a_longer_name_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var (own, other) = (folder.File("attempts/film-r1-train-4"), folder.File("attempts/film-r1-train-two-r2-train-7"));
        Directory.CreateDirectory(Path.Combine(own, "checkpoints/step-000002"));
        Directory.CreateDirectory(Path.Combine(other, "checkpoints/step-000009"));
        using var http = Http((_, _) => throw new InvalidOperationException("Nothing is downloaded."));
        var spec = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(RepositoryFile.Path("tests/golden/job-train.json"))).RootElement;
        var claim = new ClaimAnswer("film", "r1", "train", 5, 5, spec, [], null);
        var attempt = await AttemptFolder.PrepareAsync(folder, claim, new WorkerClient(http, TimeProvider.System), new InputCache(folder.File("inputs")), CancellationToken.None);
        Assert.True(Directory.Exists(Path.Combine(attempt.Path, "checkpoints/step-000002")));
        Assert.True(Directory.Exists(Path.Combine(other, "checkpoints/step-000009")));
        Assert.False(Directory.Exists(own));
    }

    private static HttpClient Http(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) =>
        new(new Answers(answer)) { BaseAddress = new Uri("http://127.0.0.1:1"), Timeout = Timeout.InfiniteTimeSpan };

    private static WorkerLoop Loop(HttpClient http, TemporaryFolder folder, TimeProvider time) => new(
        new WorkerOptions("test", folder, "trainer", TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)),
        new WorkerClient(http, time), time, NullLogger<WorkerLoop>.Instance);

    private sealed class Answers(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orleans.Dpo.Trainer.Tests.Metrics;

/// <summary>The trainer as a process of its own, sending to a collector of ours.</summary>
public sealed class MetricsExportTests
{
    [Fact]
    public async Task A_run_sends_its_numbers_to_the_collector_that_the_usual_variables_name()
    {
        using var scratch = new ScratchFolder();
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}";
        listener.Prefixes.Add(address + "/");
        listener.Start();
        var start = new ProcessStartInfo();
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = address;
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        start.Environment["OTEL_SERVICE_NAME"] = "night-run";
        using var process = TrainerProcess.StartWith(
            start, "train", "--stage", "dpo", "--model", TinyPolicy.Make(scratch, "start"), "--data", TinyPolicy.Pairs(scratch, "pairs.jsonl", 8), "--out", scratch.File("out"),
            "--epochs", "2", "--batch-size", "4", "--learning-rate", "1e-3", "--max-length", "64", "--threads", "1");

        var request = await listener.GetContextAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("/v1/metrics", request.Request.Url!.AbsolutePath);
        Assert.Equal("application/x-protobuf", request.Request.ContentType);
        using var body = new MemoryStream();
        await request.Request.InputStream.CopyToAsync(body);
        request.Response.Close();
        var bytes = body.ToArray();
        foreach (var name in new[] { "trainer.loss", "trainer.rewards.margins", "trainer.rewards.accuracies", "trainer.learning_rate", "trainer.num_tokens", "night-run", "run.loss" })
        {
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)) >= 0, $"{name} was not sent");
        }

        // The value of the last step, as protobuf writes a double.
        var last = Orleans.Dpo.Grains.Formats.JobJson.Line;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, process.ExitCode);
        var line = System.Text.Json.JsonSerializer.Deserialize<Orleans.Dpo.Grains.Formats.JobMetrics>(File.ReadLines(scratch.File("out/metrics.jsonl")).Last(), last)!;
        Assert.True(bytes.AsSpan().IndexOf(BitConverter.GetBytes(line.Loss)) >= 0, "the last loss was not sent");
        listener.Stop();
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}

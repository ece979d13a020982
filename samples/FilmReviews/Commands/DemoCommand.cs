using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Orleans.Dpo.Samples.FilmReviews.Client;
using Orleans.Dpo.Samples.FilmReviews.Demo;

namespace Orleans.Dpo.Samples.FilmReviews.Commands;

/// <summary><c>demo</c>: the whole loop on this machine, with a silo of its own.</summary>
internal static class DemoCommand
{
    private static readonly Option<FileInfo> s_silo = new("--silo") { Description = "The silo's executable", Required = true };
    private static readonly Option<FileInfo> s_trainer = new("--trainer") { Description = "The trainer's executable", Required = true };
    private static readonly Option<DirectoryInfo> s_defaultModel = new("--default-model") { Description = "Folder of the start policy when --model is not given", Required = true };
    private static readonly Option<DirectoryInfo> s_defaultData = new("--default-data") { Description = "Data folder when --data is not given; runs with --rounds get a new folder below it", Required = true };
    private static readonly Option<DirectoryInfo> s_data = new("--data") { Description = "Data folder; the same one again goes on from where it was" };
    private static readonly Option<string> s_url = new("--url") { Description = "Address of the pages; default http://127.0.0.1:5080, with --rounds a free port" };
    private static readonly Option<bool> s_once = new("--once") { Description = "End after the simulated round instead of waiting for people" };
    private static readonly Option<int> s_annotators = new("--annotators") { Description = "Simulated people", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> s_rounds = new("--rounds") { Description = "Rounds to run without people; a table and a report, then the end" };
    private static readonly Option<int> s_judgments = new("--judgments") { Description = "Pairs, and so votes, a round", DefaultValueFactory = _ => 384 };
    private static readonly Option<ulong> s_seed = new("--seed") { Description = "Seed of prompts, verdicts, sampling and training", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> s_flip = new("--flip") { Description = "Share of the votes on training pairs turned round, 0 to 1; old against new stays honest" };
    private static readonly Option<FileInfo> s_report = new("--report") { Description = "JSON file of the report; default report.json in the data folder" };
    private static readonly Option<FileInfo> s_prompts = new("--prompts") { Description = "Own prompts, JSON lines with prompt; the reward is then a stand-in" };
    private static readonly Option<DirectoryInfo> s_model = new("--model") { Description = "Own start policy, Hugging Face layout" };

    public static Command Create()
    {
        var command = new Command("demo", "Starts a silo, runs simulated rounds, and leaves the pages to a person")
        {
            s_silo, s_trainer, s_defaultModel, s_defaultData, s_data, s_url, s_once, s_annotators, s_rounds, s_judgments, s_seed, s_flip, s_report, s_prompts, s_model,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            var options = Read(parsed);
            return await new DemoRun(options, Console.Out, new ProgressLines(Console.Error, TimeProvider.System)).RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; the same command goes on.");
            return 130;
        }
        catch (Exception refusal) when (refusal is DemoException or ApiException or InvalidOperationException or InvalidDataException or JsonException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return 1;
        }
    }

    private static DemoOptions Read(ParseResult parsed)
    {
        int? rounds = parsed.GetResult(s_rounds) is { Implicit: false } ? parsed.GetValue(s_rounds) : null;
        Require(parsed.GetValue(s_annotators) is >= 1 and <= 1000, "--annotators is from 1 to 1000.");
        Require(rounds is null or (>= 1 and <= 100), "--rounds is from 1 to 100.");
        Require(parsed.GetValue(s_judgments) is >= 1 and <= 100_000, "--judgments is from 1 to 100000.");
        Require(parsed.GetValue(s_flip) is >= 0 and <= 1, "--flip is from 0 to 1.");
        Require(parsed.GetValue(s_prompts) is not { Exists: false }, $"There is no file {parsed.GetValue(s_prompts)}.");
        Require(parsed.GetValue(s_model) is not { Exists: false }, $"There is no folder {parsed.GetValue(s_model)}.");
        var address = parsed.GetValue(s_url) ?? (rounds is null ? "http://127.0.0.1:5080" : $"http://127.0.0.1:{FreePort()}");
        Require(Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https"), $"--url {address} is no http address.");
        var model = parsed.GetValue(s_model) ?? parsed.GetRequiredValue(s_defaultModel);
        var run = new RunOptions
        {
            Model = model.FullName,
            Positions = PositionsOf(model),
            Prompts = parsed.GetValue(s_prompts),
            Annotators = parsed.GetValue(s_annotators),
            Rounds = rounds ?? 1,
            Judgments = parsed.GetValue(s_judgments),
            Seed = parsed.GetValue(s_seed),
            Flip = parsed.GetValue(s_flip),
        };
        run = (run.Prompts is { } file ? run.ForPrompts(JsonLines.Read(file).Count()) : run) with { Project = rounds is null && run.Prompts is null ? run.Project : NameOf(run) };
        var data = parsed.GetValue(s_data)?.FullName ?? DefaultData(parsed.GetRequiredValue(s_defaultData).FullName, run, headless: rounds is not null);
        return new DemoOptions
        {
            Silo = parsed.GetRequiredValue(s_silo).FullName,
            Trainer = parsed.GetRequiredValue(s_trainer).FullName,
            Data = data,
            Url = url!,
            Report = parsed.GetValue(s_report)?.FullName ?? Path.Combine(data, "report.json"),
            Once = rounds is not null || parsed.GetValue(s_once) || Console.IsOutputRedirected,
            Headless = rounds is not null,
            Run = run,
        };
    }

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new DemoException(sentence);
        }
    }

    /// <summary>Runs that differ in what decides their numbers have projects of their own, also in one data folder.</summary>
    private static string NameOf(RunOptions run) => string.Create(CultureInfo.InvariantCulture,
        $"{(run.Prompts is null ? "film-reviews" : "own-prompts")}-s{run.Seed}-j{run.Judgments}-a{run.Annotators}{(run.Flip > 0 ? $"-f{run.Flip * 100:F0}" : "")}");

    private static string DefaultData(string folder, RunOptions run, bool headless)
        => headless ? Path.Combine(folder, "runs", $"{run.Project}-{JudgmentIds.New(TimeProvider.System.GetUtcNow())[^6..].ToLowerInvariant()}") : folder;

    private static int PositionsOf(DirectoryInfo model)
    {
        var file = Path.Combine(model.FullName, "config.json");
        Require(File.Exists(file), $"The model's folder {model} has no config.json: it is not in Hugging Face layout.");
        using var config = JsonDocument.Parse(File.ReadAllText(file));
        return config.RootElement.Number("max_position_embeddings") is var positions and > 0 ? positions : 1024;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

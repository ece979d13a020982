using System.CommandLine;
using Orleans.Dpo.Samples.FilmReviews.Client;
using Orleans.Dpo.Samples.FilmReviews.Demo;

namespace Orleans.Dpo.Samples.FilmReviews.Commands;

/// <summary><c>run</c>: simulated annotators and rounds against a running server, over its HTTP API.</summary>
internal static class RunCommand
{
    private static readonly Option<string> s_server = new("--server") { Description = "Address of the server", Required = true };
    private static readonly Option<string> s_key = new("--key") { Description = "An admin's API key, or @FILE that holds it", Required = true };
    private static readonly Option<string> s_project = new("--project") { Description = "The project's slug", DefaultValueFactory = _ => "film-reviews" };
    private static readonly Option<DirectoryInfo> s_model = new("--model") { Description = "Folder of the start policy, used when the project has none" };
    private static readonly Option<FileInfo> s_prompts = new("--prompts") { Description = "JSON lines with prompt; without it the grammar draws them" };
    private static readonly Option<int> s_annotators = new("--annotators") { Description = "Simulated people", DefaultValueFactory = _ => 8 };
    private static readonly Option<int> s_rounds = new("--rounds") { Description = "Rounds the project shall have", DefaultValueFactory = _ => 3 };
    private static readonly Option<int> s_judgments = new("--judgments") { Description = "Votes a round", DefaultValueFactory = _ => 384 };
    private static readonly Option<ulong> s_seed = new("--seed") { Description = "Seed of prompts, verdicts and training", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> s_flip = new("--flip") { Description = "Share of the votes on training pairs turned round, 0 to 1" };
    private static readonly Option<FileInfo> s_report = new("--report") { Description = "JSON file to write the report to" };

    public static Command Create()
    {
        var command = new Command("run", "Drives the loop on a running server with simulated annotators")
        {
            s_server, s_key, s_project, s_model, s_prompts, s_annotators, s_rounds, s_judgments, s_seed, s_flip, s_report,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new RunOptions
        {
            Project = parsed.GetRequiredValue(s_project),
            Model = parsed.GetValue(s_model)?.FullName,
            Prompts = parsed.GetValue(s_prompts),
            Annotators = parsed.GetValue(s_annotators),
            Rounds = parsed.GetValue(s_rounds),
            Judgments = parsed.GetValue(s_judgments),
            Seed = parsed.GetValue(s_seed),
            Flip = parsed.GetValue(s_flip),
        };
        var key = parsed.GetRequiredValue(s_key);
        key = key.StartsWith('@') ? (await File.ReadAllTextAsync(key[1..], cancellationToken)).Trim() : key;
        if (!Uri.TryCreate(parsed.GetRequiredValue(s_server), UriKind.Absolute, out var server))
        {
            await Console.Error.WriteLineAsync($"--server {parsed.GetRequiredValue(s_server)} is no address.");
            return 1;
        }

        using var http = new HttpClient { BaseAddress = server };
        try
        {
            var progress = new ProgressLines(Console.Error, TimeProvider.System);
            var api = new ApiClient(http, key, TimeProvider.System);
            var report = await new LoopRun(api, options, new ServerEvaluation(api, options), TimeProvider.System, progress).RunAsync(cancellationToken);
            foreach (var line in ReportLines.Table(report))
            {
                await Console.Out.WriteLineAsync(line);
            }

            if (parsed.GetValue(s_report) is { } file)
            {
                file.Directory?.Create();
                await File.WriteAllTextAsync(file.FullName, report.ToJson() + "\n", cancellationToken);
            }

            return report.Rounds.All(r => r.IsFinished()) ? 0 : 1;
        }
        catch (Exception refusal) when (refusal is ApiException or InvalidOperationException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
            return 1;
        }
    }
}

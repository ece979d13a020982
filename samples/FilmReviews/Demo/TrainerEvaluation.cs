using System.Diagnostics;
using System.Globalization;
using Orleans.Dpo.Samples.FilmReviews.Client;

namespace Orleans.Dpo.Samples.FilmReviews.Demo;

/// <summary>
/// Lets the trainer answer for every policy of a run on one set of prompts with one seed, in the background. With the grammar's prompts these are not even
/// in the project; own prompts are those of its test split. Answers are kept, so an interrupted run does not ask again.
/// </summary>
internal sealed class TrainerEvaluation(ApiClient api, DemoOptions options, CancellationToken stopping) : IEvaluation
{
    private const int Prompts = 256;
    private const int SamplesPerPrompt = 2;

    // Not a run's seed: all runs are measured on the same prompts with the same random numbers.
    private const int Seed = 4177;

    private readonly Dictionary<string, Task<List<Answer>>> _answers = new(StringComparer.Ordinal);
    private Task _last = Task.CompletedTask;

    private string Folder => Path.Combine(options.Data, "evaluation", options.Run.Project);

    private string Project => $"/api/v1/projects/{options.Run.Project}";

    public void Prepare(string policy) => _ = Of(policy);

    public async Task<(List<Answer> Candidate, List<Answer> Start)> AnswersAsync(string round, string candidate, string start, CancellationToken cancellationToken)
        => (await Of(candidate).WaitAsync(cancellationToken), await Of(start).WaitAsync(cancellationToken));

    private Task<List<Answer>> Of(string policy)
    {
        lock (_answers)
        {
            if (!_answers.TryGetValue(policy, out var answers))
            {
                var before = _last;
                _answers[policy] = answers = Task.Run(() => AnswerAsync(policy, before));
                _last = answers;
            }

            return answers;
        }
    }

    private async Task<List<Answer>> AnswerAsync(string policy, Task before)
    {
        await Task.WhenAny(before);   // one after the other: the loop itself needs the other core
        var file = new FileInfo(Path.Combine(Folder, $"{policy}.jsonl"));
        if (!file.Exists)
        {
            await SampleAsync(policy, await PromptsAsync(), file.FullName);
        }

        return [.. JsonLines.Read(file).Select(row => new Answer(row.Text("prompt_id")!, row.GetProperty("prompt").PromptText(), row.Text("response")!, row.Number("sample")))];
    }

    private async Task<string> PromptsAsync()
    {
        var file = new FileInfo(Path.Combine(Folder, "prompts.jsonl"));
        if (!file.Exists)
        {
            object[] prompts = options.Run.Prompts is null
                ? [.. PromptGenerator.Draw(Prompts, Seed, PromptSplit.HeldOut)]
                : [.. (await api.ListAsync($"{Project}/prompts?split=test", stopping)).Take(Prompts).Select(row => (object)row.GetProperty("prompt"))];
            JsonLines.Write(file, prompts.Select((prompt, i) => new { prompt_id = string.Create(CultureInfo.InvariantCulture, $"held-out-{i:D4}"), prompt }));
        }

        return file.FullName;
    }

    private async Task SampleAsync(string policy, string prompts, string file)
    {
        var model = Directory.CreateDirectory(Path.Combine(Folder, policy)).FullName;
        foreach (var name in ProjectSetup.ModelFiles)
        {
            await api.GetFileAsync($"{Project}/policies/{policy}/files/{name}", Path.Combine(model, name), stopping);
        }

        var unfinished = file + ".new";
        var start = new ProcessStartInfo(options.Trainer)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "generate", "--model", model, "--prompts", prompts, "--out", unfinished, "--n", Text(SamplesPerPrompt), "--top-p", "0.95",
                "--max-new-tokens", Text(DemoSettings.TokensOf(options.Run)), "--seed", Text(Seed), "--threads", "1",
            },
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(stopping), process.StandardError.ReadToEndAsync(stopping));
        try
        {
            await process.WaitForExitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
        {
            throw new DemoException($"The trainer could not answer for {policy}: {(await errors).Trim()} {(await output).Trim()}");
        }

        File.Move(unfinished, file, overwrite: true);
        Directory.Delete(model, recursive: true);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}

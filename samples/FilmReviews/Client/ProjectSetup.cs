using System.Net;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>Makes what a run needs and is not there yet: project, prompts, first policy, annotators.</summary>
internal sealed class ProjectSetup(ApiClient api, RunOptions options, string run)
{
    private static readonly string[] s_files =
        ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "model.safetensors"];

    private string Path => $"/api/v1/projects/{options.Project}";

    public async Task EnsureProjectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await api.GetAsync(Path, cancellationToken);
        }
        catch (ApiException missing) when (missing.Status is HttpStatusCode.NotFound)
        {
            await api.PostAsync("/api/v1/projects", new { Id = options.Project, Settings = DemoSettings.Create(options) }, $"{run}-project", cancellationToken);
        }
    }

    /// <returns>How many prompts were new.</returns>
    public async Task<int> EnsurePromptsAsync(CancellationToken cancellationToken)
    {
        var prompts = options.Prompts is { } file
            ? JsonLines.Read(file).Select(row => row.GetProperty("prompt").PromptText())
            : PromptGenerator.Draw(DemoSettings.Prompts, options.Seed, PromptSplit.Training);
        var answer = await api.PostLinesAsync($"{Path}/prompts", prompts.Select(p => new { prompt = p }), $"{run}-prompts", cancellationToken);
        return answer.Number("added");
    }

    /// <returns>π0 of the project.</returns>
    /// <exception cref="InvalidOperationException">There is no policy, and no model folder was given.</exception>
    public async Task<string> EnsurePolicyAsync(CancellationToken cancellationToken)
    {
        foreach (var policy in await api.ListAsync($"{Path}/policies", cancellationToken))
        {
            if (policy.TryGetProperty("is_start", out var isStart) && isStart.GetBoolean())
            {
                return policy.Id();
            }
        }

        var folder = options.Model ?? throw new InvalidOperationException("The project has no policy yet; name the folder of one with --model.");
        var id = (await api.PostAsync($"{Path}/policies", new { }, $"{run}-policy", cancellationToken)).Id();
        foreach (var name in s_files.Where(f => File.Exists(System.IO.Path.Combine(folder, f))))
        {
            await api.PutFileAsync($"{Path}/policies/{id}/files/{name}", System.IO.Path.Combine(folder, name), cancellationToken);
        }

        await api.PostAsync($"{Path}/policies/{id}/publish", new { }, $"{run}-publish", cancellationToken);
        return id;
    }

    /// <summary>One session a simulated person; a person of an earlier run is met again under a new key.</summary>
    public async Task<List<AnnotatorSession>> EnsurePanelAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var known = (await api.ListAsync("/api/v1/people", cancellationToken)).ToDictionary(p => p.Text("name")!, p => p.Id());
        var sessions = new List<AnnotatorSession>();
        foreach (var annotator in SimulatedAnnotator.Panel(options.Annotators))
        {
            var name = $"simulated-{annotator.Name}";
            if (!known.TryGetValue(name, out var person))
            {
                var added = await api.PostAsync(
                    "/api/v1/people", new { Name = name, Kind = "simulated", Roles = (string[])["annotator"] }, $"{run}-person-{name}", cancellationToken);
                person = added.Id();
            }

            var key = await api.PostAsync(
                "/api/v1/keys", new { Name = $"{name}-{run}", Roles = (string[])["annotator"], Person = person }, $"{run}-key-{name}", cancellationToken);
            sessions.Add(new AnnotatorSession(api.As(key.Text("key")!), annotator, options, time));
        }

        return sessions;
    }
}

using System.Net;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>Makes what a run needs and is not there yet: project, prompts, first policy, annotators.</summary>
internal sealed class ProjectSetup(ApiClient api, RunOptions options)
{
    /// <summary>The files of a policy's folder that are uploaded; those that are missing are left out.</summary>
    public static readonly string[] ModelFiles =
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
            await api.PostAsync("/api/v1/projects", new { Id = options.Project, DemoSettings.Shards, Settings = DemoSettings.Simulated(options) }, $"{options.Project}-project", cancellationToken);
        }
    }

    /// <returns>How many prompts were new.</returns>
    public async Task<int> EnsurePromptsAsync(CancellationToken cancellationToken)
    {
        object[] prompts = options.Prompts is { } file
            ? JsonLines.Read(file).Select(row => (object)row.GetProperty("prompt")).ToArray()
            : [.. PromptGenerator.Draw(DemoSettings.PromptsFor(options), options.Seed, PromptSplit.Training)];
        var answer = await api.PostLinesAsync($"{Path}/prompts", prompts.Select(p => new { prompt = p }), $"{options.Project}-prompts-{prompts.Length}", cancellationToken);
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
        var id = (await api.PostAsync($"{Path}/policies", new { }, $"{options.Project}-policy", cancellationToken)).Id();
        foreach (var name in ModelFiles.Where(f => File.Exists(System.IO.Path.Combine(folder, f))))
        {
            await api.PutFileAsync($"{Path}/policies/{id}/files/{name}", System.IO.Path.Combine(folder, name), cancellationToken);
        }

        await api.PostAsync($"{Path}/policies/{id}/publish", new { }, $"{options.Project}-publish", cancellationToken);
        return id;
    }

    /// <summary>One session a simulated person; a person met before gets a new key in place of the old one.</summary>
    public async Task<List<AnnotatorSession>> EnsurePanelAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var known = (await api.ListAsync("/api/v1/people", cancellationToken)).ToDictionary(p => p.Text("name")!, p => p.Id());
        var keys = await api.ListAsync("/api/v1/keys", cancellationToken);
        var sessions = new List<AnnotatorSession>();
        foreach (var annotator in SimulatedAnnotator.Panel(options.Annotators))
        {
            var name = $"simulated-{annotator.Name}";
            if (!known.TryGetValue(name, out var person))
            {
                var added = await api.PostAsync(
                    "/api/v1/people", new { Name = name, Kind = "simulated", Roles = (string[])["annotator"] }, $"person-{name}", cancellationToken);
                person = added.Id();
            }

            foreach (var old in keys.Where(k => k.Text("name") == name))
            {
                await api.DeleteAsync($"/api/v1/keys/{old.Id()}", cancellationToken);
            }

            var key = await api.PostAsync("/api/v1/keys", new { Name = name, Roles = (string[])["annotator"], Person = person }, null, cancellationToken);
            var session = new AnnotatorSession(api.As(key.Text("key")!), annotator, options, time);
            await session.ReleaseAsync(cancellationToken);   // what an interrupted run had taken
            sessions.Add(session);
        }

        return sessions;
    }
}

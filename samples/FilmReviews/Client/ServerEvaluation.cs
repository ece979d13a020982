using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>The answers that the server itself sampled for a round's gate; each round has prompts of its own.</summary>
internal sealed class ServerEvaluation(ApiClient api, RunOptions options) : IEvaluation
{
    public void Prepare(string policy)
    {
    }

    public async Task<(List<Answer> Candidate, List<Answer> Start)> AnswersAsync(string round, string candidate, string start, CancellationToken cancellationToken)
        => (await ReadAsync(round, candidate, cancellationToken), await ReadAsync(round, start, cancellationToken));

    private async Task<List<Answer>> ReadAsync(string round, string policy, CancellationToken cancellationToken)
        => [.. (await api.GetLinesAsync($"/api/v1/projects/{options.Project}/rounds/{round}/evaluation/{policy}", cancellationToken)).Select(Of)];

    private static Answer Of(JsonElement row) => new(row.Text("prompt_id")!, row.GetProperty("prompt").PromptText(), row.Text("text")!, row.Number("sample"));
}

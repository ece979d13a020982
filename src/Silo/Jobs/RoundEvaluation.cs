using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Jobs;

/// <summary>A policy's responses on a round's held-out prompts. The worker's rows name their prompt; here each carries it.</summary>
internal sealed class RoundEvaluation(IBlobStore blobs)
{
    private static readonly JsonSerializerOptions s_line = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON lines <c>{prompt_id, prompt, policy, sample, text, …}</c> in the order of the worker's blob <paramref name="responses"/>.</summary>
    public async Task<string> ReadAsync(ProjectId project, string round, string responses, CancellationToken cancellationToken)
    {
        var asked = await blobs.ReadAsync($"projects/{project}/rounds/{round}/inputs/evaluation-prompts.jsonl", cancellationToken);
        var prompts = JsonLines.Split(asked).Select(row => PromptRow.Parse(row.Line)).ToDictionary(row => row.Id.Value, row => row.Content);
        var lines = new System.Text.StringBuilder();
        foreach (var (_, line) in JsonLines.Split(await blobs.ReadAsync(responses, cancellationToken)))
        {
            var row = JsonNode.Parse(line.Span)!.AsObject();
            row.Insert(1, "prompt", prompts[row["prompt_id"]!.GetValue<string>()].ToJson());
            lines.Append(row.ToJsonString(s_line)).Append('\n');
        }

        return lines.ToString();
    }
}

using System.Text.Json;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The right answers of gold pairs as the project's own shard knows them at a position: imported ones and those mined from confident pairs; of two the first one.</summary>
public static class GoldAnswers
{
    /// <summary>Answers (<c>a b tie both_bad</c>) by pair id.</summary>
    public static async Task<Dictionary<string, string>> ReadAsync(IBlobStore store, Recipe recipe, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        var end = recipe.Positions.FirstOrDefault(position => position.Shard is LedgerFolder.ProjectShard)?.Seq ?? 0;
        if (end is 0)
        {
            return answers;
        }

        await foreach (var entry in LedgerReader.ReadAsync(store, recipe.Project, LedgerFolder.ProjectShard, 1, end, cancellationToken))
        {
            if (entry.Event is not ProjectRecorded { Event: { Kind: "gold.added" or "gold.mined" } happened })
            {
                continue;
            }

            using var body = JsonDocument.Parse(happened.Body);
            if (happened.Kind is "gold.mined")
            {
                Take(answers, body.RootElement);
                continue;
            }

            var segment = body.RootElement.GetProperty("segment").GetString()!;
            var rows = await store.GetAsync(segment, cancellationToken) ?? throw new InvalidDataException($"The gold segment {segment} is missing.");
            foreach (var (_, line) in JsonLines.Split(rows.Bytes))
            {
                using var row = JsonDocument.Parse(line);
                Take(answers, row.RootElement);
            }
        }

        return answers;
    }

    private static void Take(Dictionary<string, string> answers, JsonElement row) => answers.TryAdd(row.GetProperty("pair").GetString()!, row.GetProperty("answer").GetString()!);
}

using System.Globalization;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Rows of the orders table, one a judgment of a ranking, and the Plackett–Luce rows made of them.</summary>
internal static class RankingRows
{
    /// <summary>All judgments of a ranking. A version without any has no such table, so its identity is what it was.</summary>
    public static void Orders(RowWriter row, string project, SourceRow ranking)
    {
        var (pair, responses) = (ranking.Source.Pair, ranking.Source.Pair.Responses);
        foreach (var judgment in ranking.Source.Judgments.OrderBy(judgment => judgment.Seq))
        {
            var said = judgment.Event;
            row.Begin();
            row.Whole("active_ms"u8, said.ActiveMilliseconds);
            row.Text("annotator"u8, TableRows.Pseudonym(project, said.Annotator));
            row.Text("annotator_kind"u8, said.AnnotatorKind ?? "person");
            row.Texts("checkpoints"u8, responses.Select(response => response.Source));
            row.Text("choice"u8, said.Verdict.Choice is Choice.Ranked ? "ranked" : "skip");
            row.Flag("counted"u8, said.Counted);
            row.Text("decided_at"u8, TableRows.Time(said.DecidedAt));
            row.Whole("guideline_version"u8, said.Guideline);
            row.Text("input"u8, said.Input);
            row.Text("judgment_id"u8, said.Id.Value);
            row.Text("lease_id"u8, said.Lease.Value);
            row.Flag("live"u8, judgment.IsLive);
            row.Text("order"u8, said.Ranking?.ToString());
            row.Text("origin"u8, pair.Origin);
            TableRows.Prompt(row, ranking.Texts);
            row.Text("prompt_id"u8, pair.Prompt.Value);
            row.Text("ranking_id"u8, pair.Id.Value);
            row.Texts("reasons"u8, said.Reasons);
            row.Text("received_at"u8, TableRows.Time(judgment.Time));
            row.Flag("reported"u8, said.Reported);
            row.Texts("response_ids"u8, responses.Select(response => response.Id.Value));
            row.Texts("responses"u8, ranking.Texts.Responses.Select(response => response.Text));
            row.Whole("seq"u8, judgment.Seq);
            row.Text("shown"u8, said.Shown.IsEmpty ? null : string.Join(' ', said.Shown.Select(position => position.ToString(CultureInfo.InvariantCulture))));
            row.Text("shown_at"u8, TableRows.Time(said.ShownAt));
            row.Text("split_key"u8, pair.Split);
            row.Text("supersedes"u8, said.Supersedes?.Value);
            row.EndLine();
        }
    }

    /// <summary>
    /// The Plackett–Luce row of a judge's order: answers best first. Of tied answers one stands for its group, that with the smallest SHA-256 of <c>tie/1⏎judgment id⏎response id</c>: leaving answers out
    /// of an order gives an order of the rest with the same law, and drawing who stays favours none. An order of one group says nothing and gives no row; nor do skips, dead and surplus judgments.
    /// </summary>
    public static IEnumerable<ReadOnlyMemory<byte>> PlackettLuce(ReadOnlyMemory<byte> line, string split, IReadOnlyDictionary<string, int> judges)
    {
        var said = JsonNode.Parse(line.Span)!.AsObject();
        if ((string?)said["split_key"] != split || !IsUsed(said))
        {
            return [];
        }

        var (judgment, ranking) = ((string)said["judgment_id"]!, (string)said["ranking_id"]!);
        var (ids, texts, checkpoints) = (said["response_ids"]!.AsArray(), said["responses"]!.AsArray(), said["checkpoints"]!.AsArray());
        var order = Ranking.Parse((string)said["order"]!).Groups.Select(group => group.MinBy(position => ContentHash.Hex($"tie/1\n{judgment}\n{ids[position]}"), StringComparer.Ordinal)).ToArray();
        return order.Length < 2 ? [] :
        [
            CanonicalJson.Line(new JsonObject
            {
                ["checkpoints"] = Of(checkpoints, order),
                ["ids"] = Of(ids, order),
                ["judge"] = (string?)said["annotator"],
                ["judges"] = judges[ranking],
                ["judgment_id"] = judgment,
                ["pair_id"] = ranking,
                ["prompt"] = said["prompt"]!.DeepClone(),
                ["prompt_id"] = (string?)said["prompt_id"],
                ["ranked"] = Of(texts, order),
                ["split_key"] = split,
                ["tied"] = ids.Count - order.Length,
                ["weight"] = 1.0 / judges[ranking],
            }),
        ];
    }

    /// <summary>The ranking of a row that speaks, else null.</summary>
    public static string? RankingOf(ReadOnlyMemory<byte> line) => JsonNode.Parse(line.Span)!.AsObject() is var said && IsUsed(said) ? (string?)said["ranking_id"] : null;

    private static bool IsUsed(JsonObject said) => (bool)said["live"]! && (bool)said["counted"]! && said["order"] is not null;

    private static JsonArray Of(JsonArray of, int[] order) => new([.. order.Select(position => of[position]!.DeepClone())]);
}

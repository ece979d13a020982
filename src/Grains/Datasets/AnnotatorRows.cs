using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The annotators table: a row a pseudonym, from a version's own items and judgments. Holds the votes, not the texts.</summary>
internal static class AnnotatorRows
{
    public static async Task<IEnumerable<JsonObject>> OfAsync(IBlobStore store, VersionManifest manifest, CancellationToken cancellationToken)
    {
        var (pairs, people) = (new List<PairVotes>(), new SortedDictionary<string, Tally>(StringComparer.Ordinal));
        for (var bucket = 0; bucket < BucketTables.Count; bucket++)
        {
            var name = bucket.ToString("x2", CultureInfo.InvariantCulture);
            var items = new Dictionary<string, (int A, int B, string? Majority)>(StringComparer.Ordinal);
            await foreach (var line in DerivedRows.LinesAsync(store, manifest, $"data/items/{name}.jsonl", cancellationToken))
            {
                using var row = JsonDocument.Parse(line);
                var item = row.RootElement;
                items[Text(item, "pair_id")!] = (Text(item, "response_a")!.Length, Text(item, "response_b")!.Length, Text(item, "majority"));
            }

            var votes = new Dictionary<string, List<(string Id, PairVote Vote)>>(StringComparer.Ordinal);
            await foreach (var line in DerivedRows.LinesAsync(store, manifest, $"data/judgments/{name}.jsonl", cancellationToken))
            {
                using var row = JsonDocument.Parse(line);
                Count(row.RootElement, items, people, votes);
            }

            pairs.AddRange(votes.Select(pair => new PairVotes(
                PairVotes.KeyOf(new(pair.Key)), items[pair.Key].A, items[pair.Key].B,
                [.. pair.Value.OrderBy(vote => vote.Vote.Annotator).ThenBy(vote => vote.Id, StringComparer.Ordinal).Select(vote => vote.Vote)], Adjudicated: null)));
        }

        var fit = JointPosteriors.Of(pairs);
        return people.Select(person => Row(person.Key, person.Value, fit));
    }

    private static void Count(
        JsonElement said, Dictionary<string, (int A, int B, string? Majority)> items, SortedDictionary<string, Tally> people, Dictionary<string, List<(string Id, PairVote Vote)>> votes)
    {
        var (annotator, pair, choice) = (Text(said, "annotator")!, Text(said, "pair_id")!, Text(said, "choice")!);
        if (!people.TryGetValue(annotator, out var tally))
        {
            people[annotator] = tally = new();
        }

        var (isLive, time) = (said.GetProperty("live").GetBoolean(), Text(said, "received_at")!);
        tally.Judgments++;
        tally.First = tally.First.Length is 0 || string.CompareOrdinal(time, tally.First) < 0 ? time : tally.First;
        tally.Last = string.CompareOrdinal(time, tally.Last) > 0 ? time : tally.Last;
        tally.Skips += isLive && choice is "skip" ? 1 : 0;
        if (!isLive || choice is "skip" || !said.GetProperty("counted").GetBoolean() || Text(said, "purpose") is not "vote")
        {
            return;
        }

        var (order, strength) = (Text(said, "shown_order") is "ab" ? ShownOrder.Ab : ShownOrder.Ba, said.GetProperty("strength"));
        var verdict = choice switch { "a" => Choice.A, "b" => Choice.B, "tie" => Choice.Tie, _ => Choice.BothBad };
        tally.Votes++;
        tally.Ties += verdict is Choice.Tie ? 1 : 0;
        tally.BothBad += verdict is Choice.BothBad ? 1 : 0;
        tally.Sided += verdict is Choice.A or Choice.B ? 1 : 0;
        tally.Left += verdict is Choice.A or Choice.B && verdict is Choice.A == (order is ShownOrder.Ab) ? 1 : 0;
        if (items[pair].Majority is { } majority)
        {
            tally.Compared++;
            tally.Agreed += majority == choice ? 1 : 0;
        }

        if (said.GetProperty("active_ms").GetInt64() is > 0 and var active)
        {
            tally.Times.Add((int)Math.Min(active, int.MaxValue));
        }

        if (!votes.TryGetValue(pair, out var list))
        {
            votes[pair] = list = [];
        }

        var isSide = verdict is Choice.A or Choice.B && strength.ValueKind is JsonValueKind.Number;
        list.Add((Text(said, "judgment_id")!, new(new AnnotatorId(annotator), new Verdict(verdict, isSide ? Math.Abs(strength.GetInt32()) : null), order)));
    }

    private static JsonObject Row(string annotator, Tally tally, JointPosteriors fit)
    {
        var known = fit.Annotators.TryGetValue(new(annotator), out var model);
        tally.Times.Sort();
        return new()
        {
            ["annotator"] = annotator,
            ["n_judgments"] = tally.Judgments,
            ["n_votes"] = tally.Votes,
            ["n_skips"] = tally.Skips,
            ["n_ties"] = tally.Ties,
            ["n_both_bad"] = tally.BothBad,
            ["left_share"] = Share(tally.Left, tally.Sided),
            ["agreement"] = Share(tally.Agreed, tally.Compared),
            ["median_active_ms"] = tally.Times.Count is 0 ? null : tally.Times[tally.Times.Count / 2],
            ["reliability"] = known ? model.Reliability : null,
            ["reliability_error"] = known ? model.ReliabilityError : null,
            ["position_bias"] = known ? model.PositionBias : null,
            ["position_error"] = known ? model.PositionError : null,
            ["length_bias"] = known ? model.StyleBias : null,
            ["length_error"] = known ? model.StyleError : null,
            ["first_at"] = tally.First,
            ["last_at"] = tally.Last,
        };
    }

    private static JsonValue? Share(int part, int whole) => whole is 0 ? null : JsonValue.Create(part / (double)whole);

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    private sealed class Tally
    {
        public int Judgments { get; set; }

        public int Votes { get; set; }

        public int Skips { get; set; }

        public int Ties { get; set; }

        public int BothBad { get; set; }

        public int Sided { get; set; }

        public int Left { get; set; }

        public int Compared { get; set; }

        public int Agreed { get; set; }

        public string First { get; set; } = "";

        public string Last { get; set; } = "";

        public List<int> Times { get; } = [];
    }
}

using System.Globalization;
using System.Text;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Bench;

/// <summary>A project with one vote on each pair: prompts of about 120 characters, responses of about 400, in imports of 5,000 pairs; a lease for each four judgments.</summary>
internal sealed class JudgedProject(IBlobStore store)
{
    public const string Name = "bench";
    private const int Shards = 4;
    private const int Rows = 5000;
    private readonly ShardText[] _ledger = [.. Enumerable.Range(0, Shards).Select(shard => new ShardText(store, Name, shard))];
    // As numbers: a million ids as texts would be most of the memory that a cut is measured in.
    private readonly List<UInt128> _pairs = [];
    private long _judgments;

    public Recipe Recipe => new() { Project = Name, Positions = [.. _ledger.Select(shard => shard.Position), new("_project", 0, "")], Seed = 1 };

    public async Task AddPairsAsync(int count)
    {
        for (var from = 0; from < count; from += Rows)
        {
            var segment = string.Create(CultureInfo.InvariantCulture, $"i{(from / Rows) + 1}");
            var (prompts, responses, pairs) = (new MemoryStream(), new MemoryStream(), Enumerable.Range(0, Shards).Select(_ => new MemoryStream()).ToArray());
            for (var n = from; n < Math.Min(count, from + Rows); n++)
            {
                var pair = Pair(n, segment, prompts, responses);
                pairs[PairShards.Of(pair.Id, Shards)].Write(PairSegment.ToLine(pair));
                _pairs.Add(PairVotes.KeyOf(pair.Id));
            }

            await store.PutIfAbsentAsync($"projects/{Name}/prompts/{segment}.jsonl", prompts.ToArray(), CancellationToken.None);
            await store.PutIfAbsentAsync($"projects/{Name}/responses/00/{segment}.jsonl", responses.ToArray(), CancellationToken.None);
            for (var shard = 0; shard < Shards; shard++)
            {
                var blob = $"projects/{Name}/pairs/{shard}/{segment}.jsonl";
                await store.PutIfAbsentAsync(blob, pairs[shard].ToArray(), CancellationToken.None);
                await _ledger[shard].AddAsync("pairs.added", $"\"segment\":\"{blob}\",\"sha256\":\"{ContentHash.Hex(pairs[shard].ToArray())}\",\"added\":{Rows / Shards}");
            }
        }
    }

    /// <summary>Judges every <paramref name="step"/>th pair.</summary>
    public async Task JudgeAsync(int step)
    {
        for (var n = 0; n < _pairs.Count; n += step)
        {
            var (pair, id) = (PairVotes.IdOf(_pairs[n]), Ulid.FromBits((UInt128)(++_judgments)));
            var shard = _ledger[PairShards.Of(pair, Shards)];
            var annotator = $"an_{_judgments % 300:x32}";
            if (n % (4 * step) is 0)
            {
                await shard.AddAsync("lease.granted", $"\"annotator\":\"{annotator}\",\"minutes\":30,\"leases\":[{{\"lease\":\"le_{id}\",\"pair\":\"{pair}\",\"order\":\"ab\"}}]");
            }

            var choice = _judgments % 3 is 0 ? "a" : "b";
            await shard.AddAsync("judgment.recorded", string.Create(CultureInfo.InvariantCulture,
                $$""" "id":"{{id}}","pair":"{{pair}}","annotator":"{{annotator}}","lease":"le_{{id}}","choice":"{{choice}}","strength":{{1 + (_judgments % 3)}},"purpose":"vote","order":"ab","counted":true,"active_ms":{{3000 + (_judgments % 9000)}},"shown_at":"2026-01-05T12:00:00.000000Z","decided_at":"2026-01-05T12:00:05.000000Z","guideline":1,"input":"key","body":"{{new string('0', 32)}}" """).Trim());
        }

        foreach (var shard in _ledger)
        {
            await shard.FlushAsync();
        }
    }

    private static PairRecord Pair(int n, string segment, MemoryStream prompts, MemoryStream responses)
    {
        var content = new PromptContent { Text = Words(n, 120) };
        var prompt = PromptId.Of(content);
        var promptAt = Write(prompts, $"projects/{Name}/prompts/{segment}.jsonl", new PromptRow(prompt, content).ToLine());
        var rows = Enumerable.Range(1, 2).Select(k => Words((n * 7) + k, 380 + (n % 41))).Select(text => new ResponseRow { ResponseId = ResponseId.Of(prompt, "p1", text), PromptId = prompt, Source = "p1", Text = text, Tokens = 90 })
            .OrderBy(row => row.ResponseId).ToArray();
        var at = rows.Select(row => Write(responses, $"projects/{Name}/responses/00/{segment}.jsonl", row.ToLine())).ToArray();
        return new()
        {
            Id = PairId.Of(prompt, rows[0].ResponseId, rows[1].ResponseId), Prompt = prompt, PromptAt = promptAt, A = rows[0].ResponseId, AAt = at[0], ASource = "p1",
            B = rows[1].ResponseId, BAt = at[1], BSource = "p1", Origin = segment, Split = "train",
        };
    }

    private static BlobSlice Write(MemoryStream segment, string blob, byte[] line)
    {
        var at = new BlobSlice(blob, segment.Length, line.Length - 1);
        segment.Write(line);
        return at;
    }

    private static string Words(int seed, int length)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"No. {seed}: ");
        for (var k = 0; text.Length < length; k++)
        {
            text.Append((seed * 31 + k * 17) % 1000).Append(k % 9 is 8 ? ".\n" : " word ");
        }

        return text.ToString();
    }
}

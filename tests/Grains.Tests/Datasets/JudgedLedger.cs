using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

/// <summary>A project of two shards in memory: segments and ledger as the silo would have written them.</summary>
internal sealed class JudgedLedger
{
    public const string Project = "films";
    private const int Shards = 2;
    private readonly (long Seq, byte[] Head, long Length)[] _shards = [.. Enumerable.Range(0, Shards + 1).Select(_ => (0L, LedgerCodec.NoHash, 0L))];
    private readonly Dictionary<int, PairRecord> _pairs = [];
    private long _judgments;

    public MemoryBlobStore Store { get; } = new();

    public ImmutableArray<RecipePosition> Positions =>
        [.. _shards.Select((shard, i) => new RecipePosition(Name(i), shard.Seq, shard.Seq is 0 && i is Shards ? "" : Convert.ToHexStringLower(shard.Head)))];

    public Recipe Recipe => new() { Project = Project, Positions = Positions, Seed = 1 };

    public PairRecord this[int number] => _pairs[number];

    /// <summary>Pairs by number; number, number + 1000, … share a prompt.</summary>
    public async Task AddAsync(string segment, IEnumerable<int> numbers, Func<int, string>? textOf = null, string split = "train", Func<int, PromptLabels?>? labels = null, Purpose purpose = Purpose.Vote)
    {
        using var prompts = new MemoryStream();
        using var responses = new MemoryStream();
        var (promptBlob, responseBlob) = ($"projects/{Project}/prompts/{segment}.jsonl", $"projects/{Project}/responses/00/{segment}.jsonl");
        var pairs = new List<PairRecord>();
        foreach (var number in numbers)
        {
            var content = new PromptContent { Text = $"Prompt {number % 1000}" };
            var prompt = PromptId.Of(content);
            var promptAt = Write(prompts, promptBlob, new PromptRow(prompt, content, labels?.Invoke(number)).ToLine());
            var rows = new[] { "yes", "no" }.Select(word => $"{word} {textOf?.Invoke(number) ?? number.ToString(CultureInfo.InvariantCulture)}")
                .Select(text => new ResponseRow { ResponseId = ResponseId.Of(prompt, $"p{1 + (number / 1000)}", text), PromptId = prompt, Source = $"p{1 + (number / 1000)}", Text = text, Tokens = 7 }).OrderBy(row => row.ResponseId).ToArray();
            var (a, b) = (Write(responses, responseBlob, rows[0].ToLine()), Write(responses, responseBlob, rows[1].ToLine()));
            pairs.Add(_pairs[number] = new()
            {
                Id = PairId.Of(prompt, rows[0].ResponseId, rows[1].ResponseId), Prompt = prompt, PromptAt = promptAt, A = rows[0].ResponseId, AAt = a, ASource = rows[0].Source,
                B = rows[1].ResponseId, BAt = b, BSource = rows[1].Source, Origin = segment, Split = split, Overlap = 2, Purpose = purpose,
            });
        }

        await Store.PutIfAbsentAsync(promptBlob, prompts.ToArray(), default);
        await Store.PutIfAbsentAsync(responseBlob, responses.ToArray(), default);
        for (var shard = 0; shard < Shards; shard++)
        {
            var mine = TestPairs.Segment(pairs.Where(pair => PairShards.Of(pair.Id, Shards) == shard));
            var blob = $"projects/{Project}/pairs/{shard}/{segment}.jsonl";
            await Store.PutIfAbsentAsync(blob, mine, default);
            await AppendAsync(shard, new PairsAdded(blob, ContentHash.Hex(mine), 1));
        }
    }

    /// <summary>A ranking by number, of as many responses.</summary>
    public async Task AddRankingAsync(string segment, int number, int responses, string split = "train")
    {
        using var prompts = new MemoryStream();
        using var texts = new MemoryStream();
        var (promptBlob, responseBlob) = ($"projects/{Project}/prompts/{segment}.jsonl", $"projects/{Project}/responses/00/{segment}.jsonl");
        var content = new PromptContent { Text = $"Ranking prompt {number}" };
        var prompt = PromptId.Of(content);
        var promptAt = Write(prompts, promptBlob, new PromptRow(prompt, content).ToLine());
        var all = Enumerable.Range(0, responses).Select(i => $"answer {i} of {number}")
            .Select(text => new ResponseRow { ResponseId = ResponseId.Of(prompt, "p1", text), PromptId = prompt, Source = "p1", Text = text }).OrderBy(row => row.ResponseId)
            .Select(row => new RankedResponse(row.ResponseId, Write(texts, responseBlob, row.ToLine()), row.Source)).ToArray();
        var ranking = _pairs[number] = new()
        {
            Id = PairId.OfRanking(prompt, all.Select(response => response.Id)), Prompt = prompt, PromptAt = promptAt, A = all[0].Id, AAt = all[0].At, ASource = all[0].Source,
            B = all[1].Id, BAt = all[1].At, BSource = all[1].Source, More = responses > 2 ? [.. all[2..]] : null, Origin = segment, Split = split, Overlap = 3, Purpose = Purpose.Ranking,
        };
        await Store.PutIfAbsentAsync(promptBlob, prompts.ToArray(), default);
        await Store.PutIfAbsentAsync(responseBlob, texts.ToArray(), default);
        var (shard, row) = (PairShards.Of(ranking.Id, Shards), TestPairs.Segment([ranking]));
        var blob = $"projects/{Project}/pairs/{shard}/{segment}.jsonl";
        await Store.PutIfAbsentAsync(blob, row, default);
        await AppendAsync(shard, new PairsAdded(blob, ContentHash.Hex(row), 1));
    }

    /// <summary>An order in canonical positions, such as <c>2&gt;0=1</c>; empty: a skip.</summary>
    public async Task<JudgmentId> RankAsync(int number, string order, int annotator, JudgmentId? supersedes = null)
    {
        var (ranking, id) = (_pairs[number], TestPairs.Judgment(++_judgments));
        var lease = new LeaseId("le_" + id.Value);
        await AppendAsync(PairShards.Of(ranking.Id, Shards), new JudgmentRecorded
        {
            Id = id, Pair = ranking.Id, Annotator = TestPairs.Annotator(annotator), Lease = lease, Supersedes = supersedes, Verdict = new(order.Length > 0 ? Choice.Ranked : Choice.Skip, null),
            Ranking = order.Length > 0 ? Ranking.Parse(order) : null, Shown = order.Length > 0 ? ShownResponses.Of(lease, ranking.Responses.Length) : [],
            Purpose = Purpose.Ranking, Order = ShownOrder.Ab, Counted = order.Length > 0, Body = new('0', 32), Guideline = 1, ActiveMilliseconds = 9000,
        });
        return id;
    }

    /// <summary>A vote of one annotator on each of many pairs, in one append a shard.</summary>
    public async Task JudgeAllAsync(IEnumerable<int> numbers, int annotator)
    {
        foreach (var shard in numbers.GroupBy(number => PairShards.Of(_pairs[number].Id, Shards)))
        {
            await AppendAsync(shard.Key, [.. shard.Select(number => Vote(number, number % 3 is 0 ? "a1" : "b2", annotator))]);
        }
    }

    /// <summary>A vote such as <c>a2</c>, <c>b</c>, <c>t</c>, <c>x</c>.</summary>
    public async Task<JudgmentId> JudgeAsync(int number, string vote, int annotator, JudgmentId? supersedes = null, Purpose purpose = Purpose.Vote, string? kind = null, params AspectRating[] aspects)
    {
        var said = Vote(number, vote, annotator) with { Supersedes = supersedes, Purpose = purpose, Counted = purpose is Purpose.Vote, AnnotatorKind = kind, Aspects = [.. aspects] };
        await AppendAsync(PairShards.Of(said.Pair, Shards), said);
        return said.Id;
    }

    public Task WithdrawAsync(int number, JudgmentId judgment, int annotator) => AppendAsync(
        PairShards.Of(_pairs[number].Id, Shards), new JudgmentWithdrawn(TestPairs.Judgment(++_judgments), judgment, _pairs[number].Id, TestPairs.Annotator(annotator), new('0', 32)));

    /// <summary>An event of the project's own shard.</summary>
    public Task TellAsync(string kind, string key, string body) => AppendAsync(Shards, new ProjectRecorded(new(kind, key, body)));

    private static string Name(int shard) => shard is Shards ? "_project" : shard.ToString(CultureInfo.InvariantCulture);

    private JudgmentRecorded Vote(int number, string vote, int annotator)
    {
        var id = TestPairs.Judgment(++_judgments);
        return new()
        {
            Id = id, Pair = _pairs[number].Id, Annotator = TestPairs.Annotator(annotator), Lease = new("le_" + id.Value),
            Verdict = new(vote[0] switch { 'a' => Choice.A, 'b' => Choice.B, 't' => Choice.Tie, _ => Choice.BothBad }, vote.Length > 1 ? vote[1] - '0' : null),
            Purpose = Purpose.Vote, Order = ShownOrder.Ab, Counted = true, Body = new('0', 32), Guideline = 1, ActiveMilliseconds = 4000,
        };
    }

    private async Task AppendAsync(int shard, params LedgerEvent[] happened)
    {
        var (seq, head, length) = _shards[shard];
        var output = new ArrayBufferWriter<byte>();
        if (seq is 0)
        {
            new LedgerHeader(1, 0, 0, 0, LedgerCodec.NoHash).Encode(output, new LedgerFolder(Project, Name(shard)));
        }

        using var writer = new Utf8JsonWriter(Stream.Null, LedgerCodec.WriterOptions);
        var first = seq + 1;
        foreach (var one in happened)
        {
            LedgerCodec.Encode(output, writer, one, new LedgerPlace(++seq, 1_767_614_400_000_000 + _judgments, first), head);
        }

        await Store.AppendAsync(new LedgerFolder(Project, Name(shard)).Segment(1), length, output.WrittenMemory, default);
        _shards[shard] = (seq, head, length + output.WrittenCount);
    }

    private static BlobSlice Write(MemoryStream segment, string blob, byte[] line)
    {
        var at = new BlobSlice(blob, segment.Length, line.Length - 1);
        segment.Write(line);
        return at;
    }
}

using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Ledger;

/// <summary>The bytes of docs/formats/ledger.md. The golden files change only with the format's version.</summary>
public sealed class LedgerCodecTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly PairId s_pair = TestPairs.Pair(1).Id;
    private static readonly LeaseId s_lease = new("le_01KE6SGFG00000000000000001");

    public static TheoryData<string> Shards => ["0", "_project"];

    [Theory]
    [MemberData(nameof(Shards))]
    public void Every_kind_of_event_has_the_bytes_of_the_golden_file(string shard)
    {
        var written = Encoding.UTF8.GetString(Encode(shard));
        Assert.Equal(File.ReadAllText(Golden(shard)), written);
    }

    [Theory]
    [MemberData(nameof(Shards))]
    public void Every_golden_line_reads_back_as_the_event_it_was(string shard)
    {
        var lines = File.ReadAllLines(Golden(shard));
        Assert.NotNull(LedgerHeader.TryDecode(Encoding.UTF8.GetBytes(lines[0] + "\n"), new LedgerFolder("p", shard), 1));
        var read = lines[1..].Select(line => LedgerCodec.Decode(Encoding.UTF8.GetBytes(line))).ToArray();
        Assert.Equal(Enumerable.Range(1, read.Length).Select(seq => (long)seq), read.Select(entry => entry.Seq));
        Assert.Equal(Json(Events(shard)), Json(read.Select(entry => entry.Event)));
    }

    /// <summary>The rule as the page has it, without our codec: cut at the hash member, SHA-256, compare; and each prev is the hash before.</summary>
    [Theory]
    [MemberData(nameof(Shards))]
    public void The_chain_verifies_by_the_words_of_the_format_page(string shard)
    {
        var head = new string('0', 64);
        foreach (var line in File.ReadAllLines(Golden(shard)))
        {
            var cut = line.LastIndexOf(",\"hash\":\"", StringComparison.Ordinal);
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line[..cut])));
            using var json = JsonDocument.Parse(line);
            Assert.Equal(hash, json.RootElement.GetProperty("hash").GetString());
            if (json.RootElement.TryGetProperty("prev", out var prev))
            {
                Assert.Equal(head, prev.GetString());
                head = hash;
            }
        }
    }

    [Fact]
    public void Any_changed_byte_breaks_the_line()
    {
        var line = Encoding.UTF8.GetBytes(File.ReadAllLines(Golden("0"))[1]);
        var hash = new byte[32];
        Assert.True(LedgerCodec.IsIntact(line, hash));
        for (var i = 0; i < line.Length; i++)
        {
            line[i] ^= 1;
            Assert.False(LedgerCodec.IsIntact(line, hash), $"byte {i}");
            line[i] ^= 1;
        }
    }

    [Fact]
    public void A_newer_format_is_refused()
    {
        var line = File.ReadAllLines(Golden("0"))[1].Replace("{\"v\":1", "{\"v\":2", StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => LedgerCodec.Decode(Encoding.UTF8.GetBytes(line)));
    }

    private static IEnumerable<LedgerEvent> Events(string shard) => shard == "_project"
        ?
        [
            new EpochBegun(1, "0123456789abcdef0123456789abcdef"),
            new ProjectRecorded(new("round.planned", "r1", "{\"round\":\"r1\",\"judgments\":200,\"why\":\"Ünïcode \\\"quoted\\\"\"}")),
        ]
        :
        [
            new EpochBegun(1, "0123456789abcdef0123456789abcdef"),
            new PairsAdded("projects/p/pairs/0/00000001.jsonl", new string('a', 64), 3),
            new LeaseGranted(TestPairs.Annotator(1), 30, [new(s_lease, s_pair, s_lease.Order)]),
            new LeaseReleased(TestPairs.Annotator(1), [s_lease]),
            new LeaseRevoked(s_lease, s_pair, TestPairs.Annotator(1)),
            Judgment(1),
            Judgment(2) with
            {
                Verdict = new(Choice.Skip, null),
                Counted = false,
                Reported = true,
                Supersedes = TestPairs.Judgment(1),
                ShownAt = s_noon,
                DecidedAt = s_noon.AddSeconds(4),
                Reasons = ["factual", "style"],
                NoteRef = "people-text/x/1",
            },
            new JudgmentWithdrawn(TestPairs.Judgment(3), TestPairs.Judgment(2), s_pair, TestPairs.Annotator(1), new string('b', 32)),
            new PairReview(s_pair, "report"),
            new PairsClosed("r4", [s_pair]),
            new PairsWanted([new(s_pair, 4)]),
            new LeaseGranted(TestPairs.Annotator(1), 30,
            [
                new(s_lease, s_pair, s_lease.Order) { Purpose = Purpose.Gold, Probe = 1 },
                new(s_lease, s_pair, s_lease.Order) { Strategy = "information", Propensity = 0.850375 },
            ]),
            Judgment(4) with { Purpose = Purpose.Repeat, Probe = 1, Counted = false },
            new JudgmentRetracted("t3", TestPairs.Judgment(4), s_pair, "wrong guideline", "an_00000000000000000000000000000009"),
            new JudgmentReinstated("t3", TestPairs.Judgment(4), s_pair, true, "it was right", "an_00000000000000000000000000000009"),
            Judgment(5) with { Strategy = "uniform", Propensity = 0.0375 },
        ];

    private static JudgmentRecorded Judgment(long id) => new()
    {
        Id = TestPairs.Judgment(id),
        Pair = s_pair,
        Annotator = TestPairs.Annotator(1),
        Lease = s_lease,
        Verdict = new(Choice.B, 3),
        Purpose = Purpose.Vote,
        Order = ShownOrder.Ba,
        Counted = true,
        ActiveMilliseconds = 2345,
        Guideline = 1,
        Input = "key",
        Body = new string('b', 32),
    };

    private static byte[] Encode(string shard)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output);
        var head = LedgerCodec.NoHash;
        new LedgerHeader(1, 0, 0, 0, head).Encode(output, new LedgerFolder("p", shard));
        using var json = new Utf8JsonWriter(Stream.Null, LedgerCodec.WriterOptions);
        var seq = 0;
        foreach (var happened in Events(shard))
        {
            seq++;
            LedgerCodec.Encode(output, json, happened, new(seq, LedgerTime.From(s_noon) + seq, seq < 3 ? seq : 3), head);
        }

        return output.WrittenSpan.ToArray();
    }

    private static string[] Json(IEnumerable<LedgerEvent> events) => [.. events.Select(happened => JsonSerializer.Serialize(happened, happened.GetType()))];

    private static string Golden(string shard) => RepositoryFile.Path($"tests/golden/ledger-{shard.TrimStart('_')}.jsonl");
}

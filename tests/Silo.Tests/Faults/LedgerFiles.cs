using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>
/// A ledger read by the words of docs/formats/ledger.md alone, without the product's code: segments as files, lines, hashes. What it finds is the truth that
/// acknowledgements are held against.
/// </summary>
internal sealed class LedgerFiles
{
    private readonly Dictionary<string, (string Pair, string Annotator, bool Counted)> _recorded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly HashSet<string> _undos = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>What is wrong, one sentence each; empty is the aim.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public int Judgments => _recorded.Count;

    public int Events { get; private set; }

    public int Epochs { get; private set; }

    /// <summary>True when a judgment or an undo with this id is there.</summary>
    public bool Has(string id) => _recorded.ContainsKey(id) || _undos.Contains(id);

    public bool IsCounted(string id) => _recorded.TryGetValue(id, out var judgment) && judgment.Counted;

    /// <summary>Reads all shards of pairs of one project.</summary>
    public static LedgerFiles Read(string ledger, int overlap)
    {
        var files = new LedgerFiles();
        foreach (var shard in Directory.GetDirectories(ledger).Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            files.ReadShard(shard);
        }

        var live = files._recorded.Where(judgment => judgment.Value.Counted && !files._ended.Contains(judgment.Key)).ToList();
        files._faults.AddRange(live.GroupBy(judgment => judgment.Value.Pair).Where(pair => pair.Count() > overlap)
            .Select(pair => $"{pair.Key} has {pair.Count()} counted votes of {overlap}."));
        files._faults.AddRange(live.GroupBy(judgment => (judgment.Value.Pair, judgment.Value.Annotator)).Where(votes => votes.Count() > 1)
            .Select(votes => $"{votes.Key.Annotator} counts {votes.Count()} times in {votes.Key.Pair}."));
        return files;
    }

    private void ReadShard(string folder)
    {
        var segments = Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)
            .Select(file => (Number: int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture), Bytes: File.ReadAllBytes(file)))
            .Select(file => (file.Number, file.Bytes, Header: Header(file.Bytes))).Where(segment => segment.Header is not null).ToList();
        var (number, head, seq) = (0, new string('0', 64), 0L);
        while (segments.FirstOrDefault(candidate => candidate.Number > number && candidate.Header!.Value.GetProperty("previous").GetInt32() == number) is { Bytes: not null } segment)
        {
            var next = segments.FirstOrDefault(candidate => candidate.Number > segment.Number && candidate.Header!.Value.GetProperty("previous").GetInt32() == segment.Number);
            var end = next.Bytes is null ? segment.Bytes.Length : next.Header!.Value.GetProperty("length").GetInt32();
            ReadSegment(segment.Bytes.AsSpan(0, end), next.Bytes is not null, $"{folder}/{segment.Number}", ref head, ref seq);
            number = segment.Number;
        }
    }

    private void ReadSegment(ReadOnlySpan<byte> bytes, bool isContinued, string name, ref string head, ref long seq)
    {
        // The first line is the header.
        var at = bytes.IndexOf((byte)'\n') + 1;
        while (at < bytes.Length)
        {
            var feed = bytes[at..].IndexOf((byte)'\n');
            var line = feed < 0 ? bytes[at..] : bytes.Slice(at, feed);
            if (feed < 0 || !IsIntact(line, out var hash))
            {
                if (isContinued)
                {
                    _faults.Add($"{name} is damaged at byte {at}.");
                }

                // What a crash left of the last append was never acknowledged.
                return;
            }

            using var document = JsonDocument.Parse(line.ToArray());
            var entry = document.RootElement;
            if (entry.GetProperty("prev").GetString() != head || entry.GetProperty("seq").GetInt64() != seq + 1)
            {
                _faults.Add($"{name}, byte {at}: the chain breaks at {entry.GetProperty("seq")}.");
                return;
            }

            (head, seq) = (hash, seq + 1);
            Take(entry);
            at += feed + 1;
        }
    }

    private void Take(JsonElement entry)
    {
        Events++;
        switch (entry.GetProperty("kind").GetString())
        {
            case "epoch":
                Epochs++;
                break;
            case "judgment.recorded":
                var id = entry.GetProperty("id").GetString()!;
                var counted = entry.TryGetProperty("counted", out var flag) && flag.GetBoolean();
                if (!_recorded.TryAdd(id, (entry.GetProperty("pair").GetString()!, entry.GetProperty("annotator").GetString()!, counted)))
                {
                    _faults.Add($"{id} is stored twice.");
                }

                if (entry.TryGetProperty("supersedes", out var old) && old.ValueKind is JsonValueKind.String)
                {
                    End(old.GetString()!);
                }

                break;
            case "judgment.withdrawn":
                if (!_undos.Add(entry.GetProperty("id").GetString()!))
                {
                    _faults.Add($"{entry.GetProperty("id")} is stored twice.");
                }

                End(entry.GetProperty("judgment").GetString()!);
                break;
        }
    }

    private void End(string id)
    {
        if (!_recorded.ContainsKey(id) || !_ended.Add(id))
        {
            _faults.Add($"{id} ends twice, or never began.");
        }
    }

    private static JsonElement? Header(byte[] bytes)
    {
        var feed = bytes.AsSpan().IndexOf((byte)'\n');
        return feed > 0 && IsIntact(bytes.AsSpan(0, feed), out _) ? JsonDocument.Parse(bytes.AsMemory(0, feed)).RootElement : null;
    }

    private static bool IsIntact(ReadOnlySpan<byte> line, out string hash)
    {
        hash = "";
        var at = line.LastIndexOf(",\"hash\":\""u8);
        if (at < 0 || line.Length != at + 9 + 64 + 2)
        {
            return false;
        }

        hash = Convert.ToHexStringLower(SHA256.HashData(line[..at]));
        return Encoding.ASCII.GetString(line.Slice(at + 9, 64)) == hash;
    }
}

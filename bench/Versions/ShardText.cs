using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Bench;

/// <summary>Writes one shard's ledger by the words of docs/formats/ledger.md, without the code that it is read with.</summary>
internal sealed class ShardText(IBlobStore store, string project, int shard)
{
    private static readonly DateTime s_start = new(2026, 1, 5, 12, 0, 0, DateTimeKind.Utc);
    private readonly StringBuilder _lines = new();
    private readonly string _blob = $"projects/{project}/ledger/{shard}/00000001.jsonl";
    private string _head = new('0', 64);
    private long _seq;
    private long _length;

    public RecipePosition Position => new(shard.ToString(CultureInfo.InvariantCulture), _seq, _head);

    public async Task AddAsync(string kind, string members)
    {
        if (_seq is 0)
        {
            Seal($$"""{"v":1,"project":"{{project}}","shard":"{{shard}}","segment":1,"previous":0,"length":0,"seq":0,"head":"{{_head}}" """.TrimEnd(), isEvent: false);
        }

        _seq++;
        var time = s_start.AddMilliseconds(_seq).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        Seal(string.Create(CultureInfo.InvariantCulture, $$"""{"v":1,"seq":{{_seq}},"t":"{{time}}","kind":"{{kind}}","b":{{_seq}},{{members}},"prev":"{{_head}}" """).TrimEnd(), isEvent: true);
        if (_lines.Length > 4 << 20)
        {
            await FlushAsync();
        }
    }

    public async Task FlushAsync()
    {
        var bytes = Encoding.UTF8.GetBytes(_lines.ToString());
        if (bytes.Length > 0 && await store.AppendAsync(_blob, _length, bytes, CancellationToken.None) is not AppendOutcome.Appended)
        {
            throw new IOException($"{_blob} is not {_length} bytes long.");
        }

        _length += bytes.Length;
        _lines.Clear();
    }

    private void Seal(string line, bool isEvent)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));
        _lines.Append(line).Append(",\"hash\":\"").Append(hash).Append("\"}\n");
        _head = isEvent ? hash : _head;
    }
}

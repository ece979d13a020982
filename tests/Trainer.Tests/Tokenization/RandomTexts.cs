using System.Text;
using System.Text.Json;

namespace Orleans.Dpo.Trainer.Tests.Tokenization;

/// <summary>The random texts of tests/golden/tokenizers/oracle.mjs, made by the same steps, so that only hashes of their ids are stored.</summary>
internal sealed class RandomTexts
{
    private readonly (string[]? Of, int From, int Count)[] _pools;
    private readonly string[] _tokens;
    private uint _seed;

    public RandomTexts(string file)
    {
        var root = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        _tokens = root.GetProperty("tokens").Deserialize<string[]>()!;
        _pools = [.. root.GetProperty("pools").EnumerateArray().Select(pool => pool.TryGetProperty("of", out var of)
            ? (of.Deserialize<string[]>(), 0, of.GetArrayLength())
            : ((string[]?)null, pool.GetProperty("from").GetInt32(), pool.GetProperty("count").GetInt32()))];
    }

    public string[] Make(uint seed, int count)
    {
        _seed = seed;
        return [.. Enumerable.Range(0, count).Select(_ => One())];
    }

    private string One()
    {
        var count = 1 + Pick(5);
        var pools = Enumerable.Range(0, count).Select(_ => _pools[Pick(_pools.Length)]).ToArray();
        var withTokens = Next() < 0.3;
        var text = new StringBuilder();
        for (var left = 1 + Pick(20); left > 0; left--)
        {
            if (withTokens && Next() < 0.2)
            {
                text.Append(_tokens[Pick(_tokens.Length)]);
                continue;
            }

            var (of, from, size) = pools[Pick(pools.Length)];
            var place = Pick(size);
            text.Append(of is null ? char.ConvertFromUtf32(from + place) : of[place]);
        }

        return text.ToString();
    }

    private int Pick(int count) => (int)(Next() * count);

    // mulberry32
    private double Next()
    {
        _seed = unchecked(_seed + 0x6d2b79f5);
        var t = unchecked((_seed ^ (_seed >> 15)) * (1 | _seed));
        t = unchecked((t + ((t ^ (t >> 7)) * (61 | t))) ^ t);
        return (t ^ (t >> 14)) / 4294967296.0;
    }
}

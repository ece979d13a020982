using System.Text;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The identity of a version: a hash over hashes, so that it can be checked from a manifest without reading a row.</summary>
public static class VersionIdentity
{
    /// <summary>Digits of the identity that serve as the Hub revision.</summary>
    public const int RevisionDigits = 40;

    /// <summary>SHA-256 over <c>dataset/1</c>, then <c>recipe.json</c> and the table files in ordinal order of paths: one line <c>path sha256</c> each, with line feeds.</summary>
    public static string Of(string recipe, IEnumerable<(string Path, string Sha256)> tables)
    {
        var lines = new StringBuilder("dataset/1\n").Append("recipe.json ").Append(ContentHash.Hex(recipe + "\n")).Append('\n');
        foreach (var (path, sha256) in tables.OrderBy(table => table.Path, StringComparer.Ordinal))
        {
            lines.Append(path).Append(' ').Append(sha256).Append('\n');
        }

        return ContentHash.Hex(lines.ToString());
    }

    /// <summary>The identity of built tables.</summary>
    public static string Of(string recipe, VersionTables tables) => Of(recipe, tables.Files.Select(file => (file.Key, ContentHash.Hex(file.Value))));
}

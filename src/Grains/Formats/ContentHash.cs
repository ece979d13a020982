using System.Security.Cryptography;
using System.Text;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>The content hashes behind prompt, response and pair ids (docs/formats/ids.md).</summary>
public static class ContentHash
{
    /// <summary>SHA-256 of UTF-8 text as 64 lower-case hexadecimal digits.</summary>
    public static string Hex(string text) => Hex(Encoding.UTF8.GetBytes(text));

    /// <summary>SHA-256 of bytes as 64 lower-case hexadecimal digits.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>An id: <paramref name="prefix"/>, an underscore and the first 32 digits of SHA-256 over the parts joined by line feeds.</summary>
    /// <remarks>No part but the last may contain a line feed, so distinct part lists never join to the same text.</remarks>
    public static string Id(string prefix, params ReadOnlySpan<string> parts) =>
        string.Concat(prefix, "_", Hex(string.Join('\n', parts!)).AsSpan(0, 32));
}

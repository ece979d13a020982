using System.Buffers.Text;
using System.Security.Cryptography;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>API keys and sign-in tokens: 32 random bytes as base64url behind a prefix. Only SHA-256 of the bytes is ever stored.</summary>
internal static class Secret
{
    public const string KeyPrefix = "odpo_";
    public const string LinkPrefix = "link_";
    private const int Bytes = 32;

    /// <summary>A new secret and its hash.</summary>
    public static (string Text, string Hash) New(string prefix)
    {
        var bytes = RandomNumberGenerator.GetBytes(Bytes);
        return (prefix + Base64Url.EncodeToString(bytes), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>The hash of a secret as text, or null when it has not the form of one.</summary>
    public static string? HashOf(string? text, string prefix)
    {
        if (text is null || !text.StartsWith(prefix, StringComparison.Ordinal) || text.Length > prefix.Length + 64)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[Bytes + 16];
        return Base64Url.TryDecodeFromChars(text.AsSpan(prefix.Length), bytes, out var length) && length == Bytes
            ? Convert.ToHexStringLower(SHA256.HashData(bytes[..Bytes]))
            : null;
    }
}

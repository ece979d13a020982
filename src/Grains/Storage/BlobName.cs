namespace Orleans.Dpo.Grains.Storage;

/// <summary>Which names a blob can have; the same for every store, so that a folder can be copied to Azure and back.</summary>
public static class BlobName
{
    /// <summary>Longest name in characters.</summary>
    public const int MaxLength = 900;

    /// <summary>Longest part between two slashes in characters.</summary>
    public const int MaxPartLength = 200;

    /// <summary>
    /// True for parts of <c>A–Z a–z 0–9 . _ -</c> joined by single slashes, none of them <c>.</c> or <c>..</c>, the first without a leading dot
    /// (those names are the store's own).
    /// </summary>
    public static bool IsValid(string? name)
    {
        if (name is null || name.Length is 0 or > MaxLength || name[0] == '.')
        {
            return false;
        }

        foreach (var range in name.AsSpan().Split('/'))
        {
            var part = name.AsSpan(range);
            if (part.Length is 0 or > MaxPartLength || part is "." or ".." || part.IndexOfAnyExcept(s_allowed) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns the name or throws <see cref="ArgumentException"/> that quotes it.</summary>
    public static string Check(string name) =>
        IsValid(name) ? name : throw new ArgumentException($"'{name}' is not a blob name: parts of A-Z a-z 0-9 . _ - joined by single slashes.", nameof(name));

    private static readonly System.Buffers.SearchValues<char> s_allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
}

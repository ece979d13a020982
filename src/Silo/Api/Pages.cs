using System.Collections.Immutable;
using System.Globalization;

namespace Orleans.Dpo.Silo.Api;

/// <summary>One page of a list.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="Next">Cursor of the next page, or null at the end.</param>
internal sealed record Page<T>(ImmutableArray<T> Items, string? Next) : IPage
{
    IEnumerable<object?> IPage.Things => Items.Cast<object?>();
}

/// <summary>A page of whatever things.</summary>
internal interface IPage
{
    /// <summary>Its items.</summary>
    IEnumerable<object?> Things { get; }
}

/// <summary>What a list was asked for.</summary>
/// <param name="Limit">1 to 1000; default 100.</param>
/// <param name="Cursor">Opaque to clients.</param>
internal sealed record PageRequest(int Limit, string? Cursor)
{
    public static ValueTask<PageRequest> BindAsync(HttpContext context)
    {
        var limit = 100;
        if (context.Request.Query["limit"] is { Count: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > 1000))
        {
            throw new BadHttpRequestException($"limit must be a number from 1 to 1000, not '{text}'.");
        }

        return ValueTask.FromResult(new PageRequest(limit, context.Request.Query["cursor"].ToString() is { Length: > 0 } cursor ? cursor : null));
    }

    /// <summary>The cursor of lists that run from high numbers to low ones.</summary>
    public int? Before => Cursor is null ? null
        : int.TryParse(Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before
        : throw new BadHttpRequestException($"'{Cursor}' is not a cursor of this list.");

    /// <summary>A page of a list that was asked for one item more than the limit.</summary>
    public Page<TItem> Of<TSource, TItem>(ImmutableArray<TSource> found, Func<TSource, TItem> shape, Func<TSource, string> cursor)
    {
        var shown = found.Length > Limit ? found[..Limit] : found;
        return new([.. shown.Select(shape)], found.Length > Limit ? cursor(shown[^1]) : null);
    }

    /// <summary>A page of a list that fits in memory.</summary>
    public Page<TItem> Slice<TItem>(IEnumerable<TItem> all)
    {
        var skip = Before ?? 0;
        ImmutableArray<TItem> found = [.. all.Skip(skip).Take(Limit + 1)];
        return found.Length > Limit
            ? new(found[..Limit], (skip + Limit).ToString(CultureInfo.InvariantCulture))
            : new(found, null);
    }
}

using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Orleans.Serialization;

/// <summary>Copiers of the collections that have one.</summary>
internal static class CollectionCopiers
{
    public static object CopyArray<T>(object value, CopyState state)
    {
        var copy = (T[])((T[])value).Clone();
        state.Record(value, copy);
        if (!CodecRules.IsShareable(typeof(T), state.Sharing))
        {
            for (var i = 0; i < copy.Length; i++)
            {
                copy[i] = Item(copy[i], state);
            }
        }

        return copy;
    }

    public static object CopyList<T>(object value, CopyState state)
    {
        var copy = new List<T>(((List<T>)value).Count);
        state.Record(value, copy);
        copy.AddRange(Items((List<T>)value, state));
        return copy;
    }

    public static object CopyHashSet<T>(object value, CopyState state) => new HashSet<T>(Items((HashSet<T>)value, state), ((HashSet<T>)value).Comparer);
    public static object CopyQueue<T>(object value, CopyState state) => new Queue<T>(Items((Queue<T>)value, state));
    public static object CopyDictionary<TKey, TValue>(object value, CopyState state) where TKey : notnull
    {
        var copy = new Dictionary<TKey, TValue>(((Dictionary<TKey, TValue>)value).Comparer);
        state.Record(value, copy);
        foreach (var (key, item) in (Dictionary<TKey, TValue>)value)
        {
            copy.Add(Item(key, state), Item(item, state));
        }

        return copy;
    }

    public static object CopySortedDictionary<TKey, TValue>(object value, CopyState state) where TKey : notnull
    {
        var copy = new SortedDictionary<TKey, TValue>(((SortedDictionary<TKey, TValue>)value).Comparer);
        foreach (var (key, item) in (SortedDictionary<TKey, TValue>)value)
        {
            copy.Add(Item(key, state), Item(item, state));
        }

        return copy;
    }

    public static object CopyReadOnlyCollection<T>(object value, CopyState state) => new ReadOnlyCollection<T>([.. Items((ReadOnlyCollection<T>)value, state)]);
    public static object CopyImmutableArray<T>(object value, CopyState state) =>
        ((ImmutableArray<T>)value).IsDefault ? value : ImmutableArray.CreateRange(Items((ImmutableArray<T>)value, state));

    public static object CopyImmutableList<T>(object value, CopyState state) => ImmutableList.CreateRange(Items((ImmutableList<T>)value, state));
    public static object CopyImmutableHashSet<T>(object value, CopyState state) =>
        ImmutableHashSet.CreateRange(((ImmutableHashSet<T>)value).KeyComparer, Items((ImmutableHashSet<T>)value, state));

    public static object CopyImmutableDictionary<TKey, TValue>(object value, CopyState state) where TKey : notnull =>
        ImmutableDictionary.CreateRange(((ImmutableDictionary<TKey, TValue>)value).KeyComparer, Items((ImmutableDictionary<TKey, TValue>)value, state));

    public static object CopyImmutableSortedDictionary<TKey, TValue>(object value, CopyState state) where TKey : notnull =>
        ImmutableSortedDictionary.CreateRange(((ImmutableSortedDictionary<TKey, TValue>)value).KeyComparer, Items((ImmutableSortedDictionary<TKey, TValue>)value, state));

    public static object CopyKeyValuePair<TKey, TValue>(object value, CopyState state)
    {
        var (key, item) = (KeyValuePair<TKey, TValue>)value;
        return new KeyValuePair<TKey, TValue>(Item(key, state), Item(item, state));
    }

    public static object CopyReadOnlyMemory<T>(object value, CopyState state) => new ReadOnlyMemory<T>((T[])CopyArray<T>(((ReadOnlyMemory<T>)value).ToArray(), state));
    private static IEnumerable<T> Items<T>(IEnumerable<T> items, CopyState state) => items.Select(item => Item(item, state));
    private static T Item<T>(T item, CopyState state) => (T)state.Copy(item)!;
}

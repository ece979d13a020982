namespace Orleans.Dpo.Trainer.Templates;

/// <summary>Members of values: methods of texts and mappings, keys, places, slices.</summary>
internal static class TemplateMembers
{
    /// <summary><c>owner.name</c>: a method first, then a key.</summary>
    public static object? ByName(object? owner, string name, int line) => owner switch
    {
        Undefined missing => throw new TemplateException(line, $"'{missing.Name}' is undefined, so it has no member '{name}'"),
        string text => TextMethods.Find(text, name) ?? (object)new Undefined(name),
        TemplateMap map => MapMethod(map, name) ?? (map.TryGetValue(name, out var value) ? value : new Undefined(name)),
        TemplateNamespace space => space.Members.TryGetValue(name, out var member) ? member : new Undefined(name),
        List<object?> list => ListMethod(list, name) ?? (object)new Undefined(name),
        _ => new Undefined(name),
    };

    /// <summary><c>owner[index]</c>: a key first, then a method.</summary>
    public static object? ByIndex(object? owner, object? index, int line)
    {
        switch (owner, index)
        {
            case (Undefined missing, _):
                throw new TemplateException(line, $"'{missing.Name}' is undefined, so it has no members");
            case (TemplateMap map, string key):
                return map.TryGetValue(key, out var value) ? value : MapMethod(map, key) ?? (object)new Undefined(key);
            case (List<object?> list, long place):
                return At(list, place) is { } found ? found.Value : new Undefined($"item {place}");
            case (string text, long place):
                return At(TemplateValues.Characters(text), place) is { } character ? character.Value : new Undefined($"item {place}");
            case (_, string name):
                return ByName(owner, name, line);
            default:
                return new Undefined(TemplateValues.Text(index));
        }
    }

    public static object? BySlice(object? owner, (long? First, long? End, long? Stride) bounds, int line)
    {
        if (bounds.Stride is 0)
        {
            throw new TemplateException(line, "the step of a slice is 0");
        }

        return owner switch
        {
            List<object?> list => Slice(list, bounds),
            string text => string.Concat(Slice(TemplateValues.Characters(text), bounds)),
            Undefined missing => throw new TemplateException(line, $"'{missing.Name}' is undefined, so it has no parts"),
            _ => throw new TemplateException(line, $"{TemplateValues.Kind(owner)} has no parts"),
        };
    }

    private static (T Value, bool Found)? At<T>(IReadOnlyList<T> items, long place)
    {
        place += place < 0 ? items.Count : 0;
        return place >= 0 && place < items.Count ? (items[(int)place], true) : null;
    }

    private static List<T> Slice<T>(IReadOnlyList<T> items, (long? First, long? End, long? Stride) bounds)
    {
        var stride = bounds.Stride ?? 1;
        var (least, most) = stride > 0 ? (0L, items.Count) : (-1L, items.Count - 1L);
        long Bound(long? given, long otherwise) => given is { } value ? Math.Clamp(value < 0 ? value + items.Count : value, least, most) : otherwise;
        var (first, end) = (Bound(bounds.First, stride > 0 ? least : most), Bound(bounds.End, stride > 0 ? most : least));
        var part = new List<T>();
        for (var i = first; stride > 0 ? i < end : i > end; i += stride)
        {
            part.Add(items[(int)i]);
        }

        return part;
    }

    private static TemplateFunction? MapMethod(TemplateMap map, string name) => name switch
    {
        "items" => _ => map.Select(entry => (object?)new List<object?> { entry.Key, entry.Value }).ToList(),
        "keys" => _ => map.Keys.Select(key => (object?)key).ToList(),
        "values" => _ => map.Values.ToList(),
        "get" => arguments => map.TryGetValue(arguments.Text(0, "key"), out var value) ? value : arguments.At(1, "default"),
        "pop" or "update" or "setdefault" or "clear" or "popitem" => arguments => throw arguments.Refuse($"'{name}' would change a mapping, which a template may not"),
        _ => null,
    };

    private static TemplateFunction? ListMethod(List<object?> list, string name) => name switch
    {
        "index" => arguments => list.FindIndex(item => TemplateValues.AreEqual(item, arguments.At(0, "value"))) is >= 0 and var place
            ? (long)place
            : throw arguments.Refuse("the list does not have the value that is looked for"),
        "count" => arguments => (long)list.Count(item => TemplateValues.AreEqual(item, arguments.At(0, "value"))),
        "append" or "pop" or "insert" or "extend" or "remove" or "clear" or "sort" or "reverse" => arguments =>
            throw arguments.Refuse($"'{name}' would change a list, which a template may not; add lists with +"),
        _ => null,
    };
}

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>What <c>loop</c> says inside a loop.</summary>
internal sealed class LoopState(IReadOnlyList<object?> items)
{
    private object? _last;
    private bool _asked;

    public TemplateMap At(int index) => new()
    {
        ["index"] = index + 1L,
        ["index0"] = (long)index,
        ["revindex"] = (long)(items.Count - index),
        ["revindex0"] = (long)(items.Count - index - 1),
        ["first"] = index == 0,
        ["last"] = index == items.Count - 1,
        ["length"] = (long)items.Count,
        ["previtem"] = index > 0 ? items[index - 1] : new Undefined("loop.previtem"),
        ["nextitem"] = index + 1 < items.Count ? items[index + 1] : new Undefined("loop.nextitem"),
        ["cycle"] = (TemplateFunction)(arguments => arguments.Positional.Count > 0
            ? arguments.Positional[index % arguments.Positional.Count]
            : throw arguments.Refuse("loop.cycle needs values")),
        ["changed"] = (TemplateFunction)Changed,
    };

    private object? Changed(CallArguments arguments)
    {
        List<object?> now = [.. arguments.Positional];
        var changed = !_asked || !TemplateValues.AreEqual(_last, now);
        (_last, _asked) = (now, true);
        return changed;
    }
}

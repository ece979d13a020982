using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parts in order, named by their positions. It computes nothing itself.</summary>
/// <typeparam name="T">The type of the parts.</typeparam>
public class ModuleList<T> : nn.Module, IReadOnlyList<T>
    where T : nn.Module
{
    private readonly List<T> _list = [];

    /// <summary>The parts given.</summary>
    public ModuleList(params T[] modules)
        : base(nameof(ModuleList<T>)) => Array.ForEach(modules, Add);

    /// <summary>How many parts there are.</summary>
    public int Count => _list.Count;
    /// <summary>The part at a position.</summary>
    public T this[int index] => _list[index];
    /// <summary>Adds a part at the end.</summary>
    public void Add(T item)
    {
        register_module(_list.Count.ToString(CultureInfo.InvariantCulture), item);
        _list.Add(item);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();
    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // The list has its parts by number already; a field of a derived type is still found.
    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
    }
}

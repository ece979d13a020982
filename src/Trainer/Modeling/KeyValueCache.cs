using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Keys and values of the sequences being decoded: a fixed number of slots, each at its own position, refilled as sequences end.</summary>
/// <remarks>Owned tensors live outside dispose scopes. Layout [B·KV, L, D] lets attention read a prefix of L without copying.</remarks>
internal sealed class KeyValueCache : IKeyValueSink, IDisposable
{
    private readonly DecoderConfig _config;
    private readonly int _slots;
    private readonly int _capacity;
    private readonly int[] _filled;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly Device _device;
    private readonly ScalarType _type;
    private readonly DecodingKernel.Layout _layout;
    private Tensor? _rows;

    public KeyValueCache(CausalDecoder model, int slots, int capacity)
    {
        (_config, _slots, _capacity, _device, _type) = (model.Config, slots, capacity, model.Place, model.DType);
        _layout = new DecodingKernel.Layout(_config.Heads, _config.KeyValueHeads, _config.HeadSize, capacity);
        _filled = new int[slots];
        _keys = Allocate();
        _values = Allocate();
        SpansFit = _layout.Fits && _device.type == TorchSharp.DeviceType.CPU && _type == ScalarType.Float32 && _config.SlidingWindow is null
            && (long)slots * _config.KeyValueHeads * capacity * _config.HeadSize < int.MaxValue / sizeof(float);
    }

    /// <summary>The position that the next token of the furthest sequence takes.</summary>
    public int LargestPosition => _filled.Max();

    /// <summary>The position each slot's next token takes: [B].</summary>
    public Tensor Positions() => tensor(Array.ConvertAll(_filled, filled => (long)filled), device: _device);

    /// <summary>Hides what lies beyond each slot's next position, or before its window: [B·KV, 1, 1, L].</summary>
    public Tensor Mask()
    {
        var seen = LargestPosition + 1;
        var heads = _config.KeyValueHeads;
        var mask = new float[_slots * heads * seen];
        for (var row = 0; row < _slots * heads; row++)
        {
            var filled = _filled[row / heads];
            mask.AsSpan((row * seen) + filled + 1, seen - filled - 1).Fill(float.NegativeInfinity);
            if (_config.SlidingWindow is { } window && filled >= window)
            {
                mask.AsSpan(row * seen, filled + 1 - window).Fill(float.NegativeInfinity);
            }
        }

        return tensor(mask, device: _device).reshape(_slots * heads, 1, 1, seen);
    }

    public (Tensor Keys, Tensor Values) Exchange(int layer, Tensor keys, Tensor values)
    {
        Store(layer, keys, values, _rows ?? throw new InvalidOperationException("BeginStep comes before a decoding step."));
        var seen = LargestPosition + 1;
        return (_keys[layer].narrow(1, 0, seen), _values[layer].narrow(1, 0, seen));
    }

    /// <summary>Whether a step's attention can run over the memory itself: on the CPU, in float32, without a window, where spans reach.</summary>
    public bool SpansFit { get; }

    /// <summary>What <see cref="Exchange"/> and attention over its answer come to, without masks or filling: [B, heads·D].</summary>
    /// <param name="layer">Layer number from 0.</param>
    /// <param name="query">[B, heads, 1, D], scaled.</param>
    /// <param name="key">[B, KV, 1, D].</param>
    /// <param name="value">[B, KV, 1, D].</param>
    public Tensor Attend(int layer, Tensor query, Tensor key, Tensor value)
    {
        using var scope = NewDisposeScope();
        var output = empty(new long[] { _slots, query.shape[1] * _layout.Size }, dtype: ScalarType.Float32);
        var keys = Floats(_keys[layer]);
        var values = Floats(_values[layer]);
        var newKeys = Floats(key.contiguous());
        var newValues = Floats(value.contiguous());
        var lengths = new int[_slots];
        for (var row = 0; row < _slots * _layout.KeyValueHeads; row++)
        {
            var slot = row / _layout.KeyValueHeads;
            lengths[slot] = _filled[slot] + 1;
            var to = ((row * _layout.Capacity) + _filled[slot]) * _layout.Size;
            newKeys.Slice(row * _layout.Size, _layout.Size).CopyTo(keys[to..]);
            newValues.Slice(row * _layout.Size, _layout.Size).CopyTo(values[to..]);
        }

        DecodingKernel.Mix(_layout, lengths, Floats(query.contiguous()), keys, values, Floats(output));
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>Prepares the places that this step's keys and values go to; call inside the step's scope.</summary>
    public void BeginStep()
    {
        var heads = _config.KeyValueHeads;
        var rows = new long[_slots * heads];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = ((long)row * _capacity) + _filled[row / heads];
        }

        _rows = Places(rows);
    }

    /// <summary>Moves the slots that hold a sequence one position on; an idle slot stays at 0 and nothing reads it.</summary>
    public void EndStep(ReadOnlySpan<bool> active)
    {
        for (var slot = 0; slot < _slots; slot++)
        {
            _filled[slot] += active[slot] ? 1 : 0;
        }

        _rows = null;
    }

    /// <summary>Rows for a first pass over prompts: which cache row each (prompt, head, position) goes to, for prompts placed in slots.</summary>
    public Tensor PromptRows(ReadOnlySpan<int> slots, ReadOnlySpan<int> lengths, int padded)
    {
        var heads = _config.KeyValueHeads;
        var rows = new long[slots.Length * heads * padded];
        var next = 0;
        for (var i = 0; i < slots.Length; i++)
        {
            _filled[slots[i]] = lengths[i];
            for (var head = 0; head < heads; head++)
            {
                for (var position = 0; position < padded; position++)
                {
                    rows[next++] = ((((long)slots[i] * heads) + head) * _capacity) + position;
                }
            }
        }

        return Places(rows);
    }

    /// <summary>A smaller cache with the given slots alone, in the given order.</summary>
    public KeyValueCache Take(CausalDecoder model, int[] slots)
    {
        var smaller = new KeyValueCache(model, slots.Length, _capacity);
        using var scope = NewDisposeScope();
        var which = tensor(Array.ConvertAll(slots, slot => (long)slot), device: _device);
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            smaller._keys[layer].copy_(Chosen(_keys[layer], which));
            smaller._values[layer].copy_(Chosen(_values[layer], which));
        }

        for (var i = 0; i < slots.Length; i++)
        {
            smaller._filled[i] = _filled[slots[i]];
        }

        return smaller;
    }

    /// <summary>An idle slot's position is 0, so that it never lengthens what others look at.</summary>
    public void Release(int slot) => _filled[slot] = 0;

    public void Store(int layer, Tensor keys, Tensor values, Tensor rows)
    {
        var size = _config.HeadSize;
        _keys[layer].view(-1, size).scatter_(0, rows, keys.reshape(-1, size));
        _values[layer].view(-1, size).scatter_(0, rows, values.reshape(-1, size));
    }

    public void Dispose()
    {
        foreach (var held in _keys.Concat(_values))
        {
            held.Dispose();
        }
    }

    private Tensor Chosen(Tensor held, Tensor slots) =>
        held.view(_slots, -1).index_select(0, slots).view(-1, _capacity, _config.HeadSize);

    private static Span<float> Floats(Tensor tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private Tensor Places(long[] rows) => tensor(rows, device: _device).unsqueeze(1).expand(rows.Length, _config.HeadSize);

    private Tensor[] Allocate() => [.. Enumerable.Range(0, _config.Layers).Select(_ =>
        zeros(new long[] { (long)_slots * _config.KeyValueHeads, _capacity, _config.HeadSize }, dtype: _type, device: _device).DetachFromDisposeScope())];
}

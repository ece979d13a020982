using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Rows as one packed stream: answers to the same prompt stand behind one copy of it and do not see each other.</summary>
/// <remarks>The last token of a row is predicted, never read. Tensors belong to the dispose scope in which the batch was made.</remarks>
internal sealed class PackedBatch
{
    private readonly List<long> _ids = [];
    private readonly List<long> _positions = [];
    private readonly List<long> _answers = [];
    private readonly int[] _answerAt;
    private readonly int[] _promptEnd;

    /// <param name="rows">The rows.</param>
    /// <param name="hiddenSize">Width of the model.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="sharePrompts">False gives each row its own copy of its prompt.</param>
    public PackedBatch(IReadOnlyList<TokenRow> rows, int hiddenSize, Device device, bool sharePrompts = true)
    {
        Rows = rows.Count;
        Counted = rows.Sum(row => row.ResponseLength);
        (_answerAt, _promptEnd) = (new int[rows.Count], new int[rows.Count]);
        var groups = new List<PackedGroup>();
        foreach (var group in PackedGroups.Of(sharePrompts ? PromptBundle.Of(rows, hiddenSize) : PromptBundle.Alone(rows), hiddenSize, device))
        {
            var length = group.Max(bundle => bundle.Length);
            var from = _ids.Count;
            foreach (var bundle in group)
            {
                Lay(bundle, rows, length);
            }

            groups.Add(new PackedGroup(group.Count, length, Mask(from, group.Count, length, device)));
        }

        var (states, targets) = (new long[Counted], new long[Counted]);
        Owners = new int[Counted];
        var next = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            for (var t = 0; t < rows[row].ResponseLength; t++, next++)
            {
                states[next] = t == 0 ? _promptEnd[row] : _answerAt[row] + t - 1;
                (targets[next], Owners[next]) = (rows[row].Ids[rows[row].ResponseStart + t], row);
            }
        }

        Tokens = new PackedTokens(tensor(_ids.ToArray(), device: device), tensor(_positions.ToArray(), device: device), (int)_positions.Max(), groups);
        States = tensor(states, device: device);
        Targets = tensor(targets, device: device);
    }

    public int Rows { get; }

    /// <summary>Response tokens M over all rows, end tokens included.</summary>
    public int Counted { get; }

    /// <summary>What the model reads, N tokens.</summary>
    public PackedTokens Tokens { get; }

    /// <summary>Where in the stream the state stands that predicts each response token: [M], in the order of the rows.</summary>
    public Tensor States { get; }

    /// <summary>The response tokens: [M].</summary>
    public Tensor Targets { get; }

    /// <summary>The row each response token belongs to.</summary>
    public int[] Owners { get; }

    /// <summary>1 where a response token belongs to a row: [B, M].</summary>
    public Tensor Membership(Device device)
    {
        var membership = new float[Rows * Counted];
        for (var i = 0; i < Counted; i++)
        {
            membership[(Owners[i] * Counted) + i] = 1;
        }

        return tensor(membership, device: device).reshape(Rows, Counted);
    }

    /// <summary>The prompt, each answer behind it, then filling up to the group's length.</summary>
    private void Lay(PromptBundle bundle, IReadOnlyList<TokenRow> rows, int length)
    {
        var end = _ids.Count + length;
        for (var t = 0; t < bundle.Prompt.Length; t++)
        {
            Add(bundle.Prompt[t], t, 0);
        }

        var promptEnd = _ids.Count - 1;
        for (var member = 0; member < bundle.Members.Count; member++)
        {
            var number = bundle.Members[member];
            var row = rows[number];
            (_promptEnd[number], _answerAt[number]) = (promptEnd, _ids.Count);
            for (var t = row.ResponseStart; t < row.Ids.Length - 1; t++)
            {
                Add(row.Ids[t], t, member + 1);
            }
        }

        while (_ids.Count < end)
        {
            Add(0, 0, -1);
        }
    }

    private void Add(int id, int position, int answer)
    {
        _ids.Add(id);
        _positions.Add(position);
        _answers.Add(answer);
    }

    /// <summary>A token sees what stands before it and belongs to the prompt or to its own answer: [R, 1, L, L].</summary>
    private Tensor Mask(int from, int rows, int length, Device device)
    {
        using var scope = NewDisposeScope();
        var answers = tensor(_answers.GetRange(from, rows * length).ToArray(), device: device);
        var (looking, seen) = (answers.view(rows, 1, length, 1), answers.view(rows, 1, 1, length));
        var own = seen.eq(0).logical_or(seen.eq(looking));                                                        // [R, 1, L, L]
        var later = full(new long[] { length, length }, float.NegativeInfinity, dtype: ScalarType.Float32, device: device).triu(1);
        return later.masked_fill(own.logical_not(), float.NegativeInfinity).MoveToOuterDisposeScope();
    }
}

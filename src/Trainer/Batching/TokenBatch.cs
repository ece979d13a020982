using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Sequences as tensors, padded on the right. The last token of a sequence is predicted, never read, so it is not among the inputs.</summary>
/// <remarks>Tensors belong to the dispose scope in which the batch was made.</remarks>
internal sealed class TokenBatch
{
    public TokenBatch(IReadOnlyList<TokenRow> rows, Device device)
    {
        Rows = rows.Count;
        var length = rows.Max(row => row.Ids.Length) - 1;
        Counted = rows.Sum(row => row.ResponseLength);
        Tokens = rows.Sum(row => (long)row.Ids.Length);
        var ids = new long[rows.Count * length];
        var positions = new long[Counted];
        var targets = new long[Counted];
        var owners = new int[Counted];
        var next = 0;
        for (var r = 0; r < rows.Count; r++)
        {
            var row = rows[r];
            for (var t = 0; t < row.Ids.Length - 1; t++)
            {
                ids[(r * length) + t] = row.Ids[t];
            }

            for (var t = row.ResponseStart; t < row.Ids.Length; t++)
            {
                (positions[next], targets[next], owners[next]) = ((r * length) + t - 1, row.Ids[t], r);
                next++;
            }
        }

        Ids = tensor(ids, device: device).reshape(rows.Count, length);
        Positions = tensor(positions, device: device);
        Targets = tensor(targets, device: device);
        Owners = owners;
    }

    public int Rows { get; }

    /// <summary>Response tokens N over all rows, end tokens included.</summary>
    public int Counted { get; }

    /// <summary>All tokens, padding excluded.</summary>
    public long Tokens { get; }

    /// <summary>Input ids [B, T].</summary>
    public Tensor Ids { get; }

    /// <summary>Where in [B·T] the state stands that predicts each response token: [N].</summary>
    public Tensor Positions { get; }

    /// <summary>The response tokens: [N].</summary>
    public Tensor Targets { get; }

    /// <summary>The row each response token belongs to, N entries in row order.</summary>
    public IReadOnlyList<int> Owners { get; }

    /// <summary>1 where a response token belongs to a row: [B, N].</summary>
    public Tensor Membership(Device device)
    {
        var membership = new float[Rows * Counted];
        for (var i = 0; i < Counted; i++)
        {
            membership[(Owners[i] * Counted) + i] = 1;
        }

        return tensor(membership, device: device).reshape(Rows, Counted);
    }
}

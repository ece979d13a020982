using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The order in which the responses of a ranking are shown: a shuffle drawn by the hash of the lease's id, so that nobody chooses it and every order is as likely.</summary>
public static class ShownResponses
{
    /// <summary>Canonical positions in shown order.</summary>
    /// <param name="lease">The lease it is shown under.</param>
    /// <param name="count">Number of responses.</param>
    public static ImmutableArray<int> Of(LeaseId lease, int count)
    {
        var stream = new RandomStream(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes("shown/1\n" + lease.Value))));
        var order = Enumerable.Range(0, count).ToArray();
        for (var last = count - 1; last > 0; last--)
        {
            var other = stream.Below(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return [.. order];
    }
}

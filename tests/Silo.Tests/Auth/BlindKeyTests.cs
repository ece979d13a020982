using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Tests.Auth;

public sealed class BlindKeyTests
{
    private static readonly byte[] s_master = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly AnnotatorId s_ada = new("an_00000000000000000000000000000001");
    private static readonly AnnotatorId s_bo = new("an_00000000000000000000000000000002");
    private static readonly LeaseId s_lease = new("le_01KE6SGFG00000000000000001");
    private static readonly LeaseId s_repeat = new("le_01KE6SGFG00000000000000002");
    private static readonly PairId s_pair = new("pa_e0453adbdb064b182563c868804f8302");
    private readonly BlindKey _key = new(s_master, new("films"));

    [Fact]
    public void Names_open_to_what_was_sealed_and_are_the_same_each_time()
    {
        var names = _key.Seal(s_ada, s_lease, s_pair);
        Assert.Equal((s_lease, s_pair), _key.Open(s_ada, names.Lease, names.Pair));
        Assert.Equal(names, new BlindKey(s_master, new("films")).Seal(s_ada, s_lease, s_pair));
        Assert.Equal(("lx_".Length + 43, "px_".Length + 43), (names.Lease.Length, names.Pair.Length));
    }

    [Fact]
    public void Another_annotator_project_or_lease_sees_another_name_and_cannot_open_this_one()
    {
        var names = _key.Seal(s_ada, s_lease, s_pair);
        var elsewhere = new BlindKey(s_master, new("books"));
        var others = new[] { _key.Seal(s_bo, s_lease, s_pair), _key.Seal(s_ada, s_repeat, s_pair), elsewhere.Seal(s_ada, s_lease, s_pair) };
        Assert.Equal(4, others.Append(names).Select(name => name.Pair).Distinct().Count());
        Assert.Null(_key.Open(s_bo, names.Lease, names.Pair));
        Assert.Null(elsewhere.Open(s_ada, names.Lease, names.Pair));
        Assert.Null(_key.Open(s_ada, others[1].Lease, names.Pair));
        Assert.Null(_key.Open(s_ada, names.Pair, names.Lease));
    }

    [Fact]
    public void No_changed_name_opens()
    {
        var (lease, pair) = _key.Seal(s_ada, s_lease, s_pair);
        for (var i = 0; i < pair.Length - 1; i++)
        {
            Assert.Null(_key.Open(s_ada, lease, Changed(pair, i)));
            Assert.Null(_key.Open(s_ada, Changed(lease, i), pair));
        }

        foreach (var wrong in new[] { "", "px_", pair[..^1], pair + "A", s_pair.Value, pair.Replace('A', '!') + "=" })
        {
            Assert.Null(_key.Open(s_ada, lease, wrong));
        }

        static string Changed(string name, int at) => name[..at] + (name[at] == 'A' ? 'B' : 'A') + name[(at + 1)..];
    }
}

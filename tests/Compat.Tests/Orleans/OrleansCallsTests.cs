using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Dpo.Compat.Tests.Orleans;

public sealed class OrleansCallsTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly string _key = Journal.NewKey("calls");

    private Journal Journal => Journal.Of(_key);

    private ICallGrain Grain => fixture.Inside.GetGrain<ICallGrain>(_key);

    private ICallGrain FromClient => fixture.Cluster.Client.GetGrain<ICallGrain>(_key);

    [Fact]
    public async Task Every_allowed_return_type_works()
    {
        Assert.Equal(8, await Grain.PingAsync(7));
        Assert.Equal(9, await Grain.ValuePingAsync(7));
        await Grain.NothingAsync();
        Assert.Equal(8, await FromClient.PingAsync(7));
    }

    [Fact]
    public async Task Arguments_are_copies()
    {
        var mine = new List<string> { "mine" };
        await Grain.KeepAsync(mine);
        Assert.Equal(["mine"], mine);
        mine.Add("later");
        Assert.Equal(["mine", "by the grain"], await Grain.KeptAsync());
    }

    [Fact]
    public async Task Results_are_copies()
    {
        var result = await Grain.KeepAsync([]);
        result.Add("outside");
        Assert.Equal(["by the grain"], await Grain.KeptAsync());
    }

    [Fact]
    public async Task A_copy_carries_members_with_ids_and_no_others()
    {
        var copy = await Grain.EchoAsync(new() { Items = ["a"], Inner = new() { ["x"] = new() { Items = ["b"] } }, NotCarried = "lost" });
        Assert.Equal(["a"], copy.Items);
        Assert.Equal(["b"], copy.Inner["x"].Items);
        Assert.Null(copy.NotCarried);
    }

    [Fact]
    public async Task A_copy_keeps_the_derived_type_and_primary_constructor_members()
    {
        var copy = Assert.IsType<Square>(await Grain.EchoShapeAsync(new Square("s", 2.5, [1, 2]) { Notes = ["n"] }));
        Assert.Equal(("s", 2.5), (copy.Name, copy.Side));
        Assert.Equal([1, 2], copy.Marks.ToArray());
        Assert.Equal(["n"], copy.Notes);
    }

    [Fact]
    public async Task Arrays_of_structs_travel()
    {
        Mark[] marks = [new("a", DateTimeOffset.UnixEpoch), new("b", DateTimeOffset.MaxValue)];
        var copy = await Grain.EchoMarksAsync(marks);
        Assert.NotSame(marks, copy);
        Assert.Equal(marks, copy);
    }

    [Fact]
    public async Task One_object_passed_twice_arrives_as_one_object()
    {
        var basket = new Basket();
        Assert.True(await Grain.IsSameAsync(basket, basket));
        Assert.False(await Grain.IsSameAsync(basket, new Basket()));
    }

    [Fact]
    public async Task Cycles_are_copied_as_cycles()
    {
        var basket = new Basket();
        basket.Inner["self"] = basket;
        var copy = await Grain.EchoAsync(basket);
        Assert.NotSame(basket, copy);
        Assert.Same(copy, copy.Inner["self"]);
    }

    [Fact]
    public async Task Immutable_values_are_shared_inside_the_silo()
    {
        var poster = new Poster { Lines = ["one"] };
        await Grain.KeepPosterAsync(poster);
        Assert.Same(poster, CallGrain.LastShared);
        var list = new List<string> { "one" };
        await Grain.KeepImmutableAsync(list.AsImmutable());
        Assert.Same(list, CallGrain.LastShared);
    }

    [Fact]
    public async Task Nothing_is_shared_with_a_client()
    {
        var poster = new Poster { Lines = ["one"] };
        Assert.NotSame(poster, await FromClient.EchoAnyAsync(poster));
    }

    [Fact]
    public async Task A_type_without_a_serializer_fails_at_the_call()
    {
        await Assert.ThrowsAnyAsync<CodecNotFoundException>(() => Grain.EchoAnyAsync(new Stranger()));
        await Assert.ThrowsAnyAsync<CodecNotFoundException>(() => FromClient.EchoAnyAsync(new Stranger()));
    }

    [Fact]
    public async Task Grain_references_travel_and_keep_their_identity()
    {
        var other = fixture.Inside.GetGrain<ICallGrain>(Journal.NewKey("other"));
        var back = await Grain.EchoGrainAsync(other);
        Assert.Equal(other.GetGrainId(), back.GetGrainId());
        Assert.Equal(other, back);
        Assert.Equal(2, await back.PingAsync(1));
    }

    [Fact]
    public async Task Exceptions_keep_type_message_inner_and_the_grains_stack()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain.ThrowAsync("bcl"));
        Assert.Equal("not now", exception.Message);
        Assert.IsType<IOException>(exception.InnerException);
        Assert.Contains(nameof(CallGrain.ThrowAsync), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal(42, (await Assert.ThrowsAsync<KnownException>(() => FromClient.ThrowAsync("known"))).Code);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Grain.ThrowAsync("cancelled"));
    }

    [Fact]
    public async Task An_exception_without_a_serializer_reaches_callers_inside_the_silo_only()
    {
        await Assert.ThrowsAsync<UnknownException>(() => Grain.ThrowAsync("unknown"));
        await Assert.ThrowsAnyAsync<CodecNotFoundException>(() => FromClient.ThrowAsync("unknown"));
    }

    [Fact]
    public async Task The_request_context_flows_to_the_callee_and_its_callees_and_not_back()
    {
        RequestContext.Set("who", "me");
        Assert.Equal("me", await Grain.ContextAsync("who"));
        Assert.Equal("me", await Grain.ContextThroughAsync("who", Journal.NewKey("other")));
        Assert.Equal("me", RequestContext.Get("who"));
        RequestContext.Remove("who");
        Assert.Null(await Grain.ContextAsync("who"));
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_at_once_and_signals_the_grain()
    {
        using var source = new CancellationTokenSource();
        var call = Grain.WaitAsync("gate", source.Token);
        await Journal.Contains("waiting");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Journal.Contains("signalled");
        Journal.Open("gate");
    }

    [Fact]
    public async Task A_token_that_is_not_cancelled_changes_nothing()
    {
        using var source = new CancellationTokenSource();
        Journal.Open("gate");
        Assert.Equal("done", await Grain.WaitAsync("gate", source.Token));
        Assert.Equal("done", await Grain.WaitAsync("gate", default));
    }

    [Fact]
    public async Task A_timeout_does_not_stop_the_grains_work()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Grain.SlowAsync("gate"));
        Journal.Open("gate");
        await Journal.Contains("finished all the same");
    }

    [Fact]
    public async Task A_one_way_call_returns_at_once_and_hides_what_is_thrown()
    {
        await Grain.TellAsync("told");
        await Journal.Contains("told");
    }
}

using System.Globalization;
using System.Reflection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Dpo.Compat.Tests.Orleans;

public sealed class OrleansActivationTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly string _key = Journal.NewKey("life");

    private ILifeGrain Grain => fixture.Inside.GetGrain<ILifeGrain>(_key);

    [Fact]
    public async Task There_is_one_activation_per_id()
    {
        var instances = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Grain.InstanceAsync()));
        Assert.Single(instances.Distinct());
        Assert.Equal(["activate"], Journal.Of(_key).Entries);
    }

    [Fact]
    public async Task DeactivateOnIdle_ends_after_the_request_and_the_next_call_meets_a_new_instance()
    {
        var first = await Grain.EndAsync();
        Assert.NotEqual(first, await Grain.InstanceAsync());
        Assert.Equal(["activate", "deactivate ApplicationRequested", "activate"], Journal.Of(_key).Entries);
    }

    [Fact]
    public async Task A_deactivation_asked_for_from_outside_completes_after_OnDeactivate()
    {
        await Grain.InstanceAsync();
        await fixture.Cluster.DeactivateAsync(Grain);
        Assert.StartsWith("deactivate ", Journal.Of(_key).Entries[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_OnActivate_throws_reaches_the_caller_and_the_next_call_starts_afresh()
    {
        var key = Journal.NewKey("failing");
        var grain = fixture.Inside.GetGrain<ILifeGrain>(key);
        Assert.Equal("cannot start", (await Assert.ThrowsAsync<InvalidDataException>(grain.InstanceAsync)).Message);
        await grain.InstanceAsync();
        Assert.Equal(2, Journal.Of(key).Entries.Count(e => e is "activate"));
    }

    [Fact]
    public async Task A_constructor_that_cannot_be_satisfied_names_the_grain_type()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Inside.GetGrain<INeedyGrain>(_key).DoAsync());
        Assert.StartsWith("Failed to create an instance of grain type", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_storage_name_fails_the_activation()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Inside.GetGrain<IWrongStoreGrain>(_key).DoAsync());
        Assert.IsType<TargetInvocationException>(exception.InnerException);
        Assert.IsType<BadProviderConfigException>(exception.GetBaseException());
    }

    [Fact]
    public async Task A_class_that_only_implements_IGrainBase_is_a_grain() =>
        Assert.Equal($"{_key} True", await fixture.Inside.GetGrain<IBareGrain>(_key).KeyAsync());

    [Fact]
    public void GetGrain_refuses_what_it_cannot_resolve()
    {
        Assert.Throws<ArgumentNullException>(() => fixture.Inside.GetGrain<ILifeGrain>((string)null!));
        Assert.Throws<ArgumentException>(() => fixture.Inside.GetGrain<ILifeGrain>(" "));
        var missing = Assert.Throws<ArgumentException>(() => fixture.Inside.GetGrain<IUnimplementedGrain>("k"));
        Assert.StartsWith("Could not find an implementation for interface", missing.Message, StringComparison.Ordinal);
        var two = Assert.Throws<ArgumentException>(() => fixture.Inside.GetGrain<ITwiceGrain>("k"));
        Assert.StartsWith("Unable to identify a single appropriate grain type", two.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_name_prefix_chooses_between_two_implementations()
    {
        Assert.Equal("firsttwice/k", await fixture.Inside.GetGrain<ITwiceGrain>("k", typeof(FirstTwiceGrain).FullName).WhoAsync());
        Assert.Equal("named/k", await fixture.Inside.GetGrain<ITwiceGrain>("k", typeof(SecondTwiceGrain).FullName).WhoAsync());
    }

    [Fact]
    public async Task GetGrain_activates_nothing_and_its_id_reads_type_slash_key()
    {
        Assert.Equal($"life/{_key}", Grain.GetGrainId().ToString());
        Assert.Equal(_key, Grain.GetPrimaryKeyString());
        Assert.Empty(Journal.Of(_key).Entries);
        Assert.Equal(Grain.GetGrainId(), GrainId.Parse($"life/{_key}", CultureInfo.InvariantCulture));
        await fixture.Inside.GetGrain<ILifeGrain>(GrainId.Create("life", _key)).InstanceAsync();
        Assert.Equal(["activate"], Journal.Of(_key).Entries);
    }

    [Fact]
    public async Task An_untyped_reference_is_cast_before_it_is_called()
    {
        var untyped = fixture.Inside.GetGrain(GrainId.Create("life", _key));
        Assert.True(await untyped.AsReference<ILifeGrain>().InstanceAsync() > 0);
        Assert.True(await ((ILifeGrain)fixture.Inside.GetGrain(typeof(ILifeGrain), _key)).InstanceAsync() > 0);
    }
}

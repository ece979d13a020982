using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Testing;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Orleans.Dpo.Compat.Tests.Orleans;

/// <summary>Limits of the stand-in itself, said aloud.</summary>
[Trait("side", "stand-in")]
public sealed class OrleansStandInTests
{
    [Fact]
    public void It_refuses_more_than_one_silo() => Assert.Throws<NotSupportedException>(() => new InProcessTestClusterBuilder().Build());

    [Fact]
    public void It_refuses_methods_that_it_does_not_have() => Assert.Throws<NotSupportedException>(() => GrainTypes.Check([GrainInterface(typeof(IAsyncEnumerable<int>))]));

    [Fact]
    public void Interface_signatures_may_only_name_types_that_can_travel()
    {
        var exception = Assert.Throws<OrleansConfigurationException>(() => GrainTypes.Check([GrainInterface(typeof(Task<IReadOnlyList<Stranger>>)), typeof(ICallGrain)]));
        Assert.StartsWith("Found unserializable or uncopyable types which are being referenced in grain interface signatures", exception.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Stranger), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_cannot_travel_is_found_before_the_first_call() =>
        Assert.Contains(nameof(Stranger), Assert.Throws<OrleansConfigurationException>(() => GrainTypes.Check([GrainInterface(typeof(Task<List<Carrier>>))])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_reminder_due_at_once_waits_for_its_period()
    {
        var time = new FakeTimeProvider();
        await using var cluster = ClusterFixture.Build((_, silo) => silo.Services.AddSingleton<TimeProvider>(time));
        await cluster.DeployAsync();
        var key = Journal.NewKey("zero");
        await cluster.Client.GetGrain<IReminderGrain>(key).RegisterAsync("r", TimeSpan.Zero, TimeSpan.FromHours(1));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(["activate"], Journal.Of(key).Entries);
        time.Advance(TimeSpan.FromMinutes(1));
        await Journal.Of(key).Contains("r 01:00:00");
    }

    [Fact]
    public async Task Delivery_in_tests_is_out_of_order()
    {
        await using var cluster = ClusterFixture.Build((_, _) => { });
        await cluster.DeployAsync();
        var key = Journal.NewKey("order");
        var grain = cluster.Client.GetGrain<ICallGrain>(key);
        for (var i = 0; i < 200; i++)
        {
            await grain.TellAsync($"{i}");
        }

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Journal.Of(key).Contains($"{i}")));
        Assert.NotEqual(Enumerable.Range(0, 200).Select(i => $"{i}"), Journal.Of(key).Entries);
    }

    /// <summary>Made at run time: in this assembly it would stop every other silo of the suite.</summary>
    private static Type GrainInterface(Type returns)
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new("BadInterfaces"), AssemblyBuilderAccess.Run).DefineDynamicModule("m");
        var type = module.DefineType("IBadGrain", TypeAttributes.Public | TypeAttributes.Interface | TypeAttributes.Abstract);
        type.AddInterfaceImplementation(typeof(IGrainWithStringKey));
        type.DefineMethod("ReadAsync", MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual | MethodAttributes.NewSlot, returns, []);
        return type.CreateType();
    }

    [GenerateSerializer]
    internal sealed class Carrier
    {
        [Id(0)]
        public Stranger? Inside { get; set; }
    }
}

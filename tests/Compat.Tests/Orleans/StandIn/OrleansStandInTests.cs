using System.Reflection;
using System.Reflection.Emit;
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
}

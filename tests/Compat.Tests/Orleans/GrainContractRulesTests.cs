using Orleans.Dpo.Compat.Tests.Orleans.BadContracts;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Compat.Tests.Orleans;

public sealed class GrainContractRulesTests
{
    [Fact]
    public void Sound_contracts_have_no_violations() =>
        Assert.Empty(GrainContractRules.Violations([.. typeof(GrainContractRulesTests).Assembly.GetTypes().Where(type => type.Namespace == typeof(Basket).Namespace)]));

    [Theory]
    [InlineData(typeof(Forgotten), "ORLEANS0004", "Name")]
    [InlineData(typeof(Unsettable), "ORLEANS0101", "Twice")]
    [InlineData(typeof(SameId), "ORLEANS0012", "First and Second")]
    [InlineData(typeof(IWithProperty), "ORLEANS0008", "Size")]
    [InlineData(typeof(IReturnsPlain), "ORLEANS0009", "Int32")]
    [InlineData(typeof(IByReference), "ORLEANS0002", "ReadAsync")]
    [InlineData(typeof(ITwoTokens), "ORLEANS0109", "ReadAsync")]
    [InlineData(typeof(ISameAlias), "ORLEANS0011", "\"a\"")]
    [InlineData(typeof(AttributeOnClass), "ORLEANS0001", "ReadAsync")]
    internal void A_bad_contract_is_named(Type type, string rule, string detail)
    {
        var violation = Assert.Single(GrainContractRules.Violations([type]));
        Assert.StartsWith(rule, violation, StringComparison.Ordinal);
        Assert.Contains(detail, violation, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_types_with_one_alias_are_named() =>
        Assert.Contains("FirstAlias and ", Assert.Single(GrainContractRules.Violations([typeof(FirstAlias), typeof(SecondAlias)])), StringComparison.Ordinal);
}

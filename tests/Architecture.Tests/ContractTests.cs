using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Architecture.Tests;

public sealed class ContractTests
{
    [Fact]
    public void Grain_contracts_keep_the_rules_that_the_real_analyzers_enforce() =>
        Assert.Empty(GrainContractRules.Violations(typeof(Grains.Projects.ProjectId).Assembly));
}

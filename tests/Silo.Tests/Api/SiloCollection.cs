namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>One host for all suites that call it: each makes projects and people of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SiloCollection : ICollectionFixture<SiloHost>
{
    public const string Name = "silo host";
}

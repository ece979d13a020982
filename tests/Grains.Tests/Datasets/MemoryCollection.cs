using System.Diagnostics.CodeAnalysis;

namespace Orleans.Dpo.Grains.Tests.Datasets;

/// <summary>Tests that measure the memory of the process run beside no other.</summary>
[CollectionDefinition("memory", DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit's own term.")]
public sealed class MemoryCollection;

using System.Diagnostics.CodeAnalysis;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

/// <summary>These suites count live tensors or seed the process's generators, so none runs beside another.</summary>
[CollectionDefinition("torch", DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit's own term.")]
public sealed class TorchCollection;

using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>Guards of one policy, as in <see cref="JobPolicyMeasures"/>.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.policy-measures")]
public sealed record PolicyMeasures
{
    /// <summary>The policy.</summary>
    [Id(0)] public required string Policy { get; init; }

    /// <summary>Nats a response.</summary>
    [Id(1)] public double KlToStart { get; init; }

    /// <summary>Mean response tokens.</summary>
    [Id(2)] public double MeanTokens { get; init; }

    /// <summary>Share finished.</summary>
    [Id(3)] public double Finished { get; init; }

    /// <summary>Distinct-2.</summary>
    [Id(4)] public double Distinct2 { get; init; }

    /// <summary>Odd rate.</summary>
    [Id(5)] public double OddRate { get; init; }

    /// <summary>Nats, or null.</summary>
    [Id(6)] public double? ChosenLogpShift { get; init; }

    /// <summary>Or null.</summary>
    [Id(7)] public double? PairAccuracy { get; init; }

    /// <summary>Blob of its evaluation responses, one <see cref="JobResponse"/> a line.</summary>
    [Id(8)] public required string Responses { get; init; }
}

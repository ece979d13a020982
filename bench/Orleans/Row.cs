namespace Orleans.Dpo.Bench;

/// <summary>One measurement; peer, ratio and its interval stay null where the peer was not run on this machine.</summary>
public sealed record Row(string Name, double Value, string Unit, string? Peer, double? Ratio, double[]? RatioCi, double? Target, bool? Pass);

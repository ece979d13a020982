namespace Orleans.Dpo.Grains.Rounds;

/// <summary>A head-to-head result; ties and both-bad count ½.</summary>
/// <param name="Wins">Judgments for the candidate.</param>
/// <param name="Losses">Judgments for the opponent.</param>
/// <param name="Ties">Ties and both-bad.</param>
/// <param name="Rate">Mean by prompt.</param>
/// <param name="Low">Lower end of the 95 % interval (paired bootstrap by prompt).</param>
/// <param name="High">Upper end.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.win-rate")]
public sealed record WinRate(int Wins, int Losses, int Ties, double Rate, double Low, double High);

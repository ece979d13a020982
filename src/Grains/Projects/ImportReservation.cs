namespace Orleans.Dpo.Grains.Projects;

/// <summary>A reserved import name.</summary>
/// <param name="Key">Key it was reserved with.</param>
public sealed record ImportReservation(string Key);

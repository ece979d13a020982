namespace Orleans.Dpo.Grains.Annotators;

/// <summary>A one-time sign-in link.</summary>
/// <param name="Hash">SHA-256 of its secret.</param>
/// <param name="Expires">When it stops working.</param>
public sealed record SignInLink(string Hash, DateTimeOffset Expires);

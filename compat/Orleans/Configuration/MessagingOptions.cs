namespace Orleans.Configuration;

/// <summary>How calls behave.</summary>
public abstract class MessagingOptions
{
    /// <summary>How long callers wait; 30 s. The callee's work goes on.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
    /// <summary>Whether a late call's token is signalled; off.</summary>
    public bool CancelRequestOnTimeout { get; set; }
}

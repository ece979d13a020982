namespace Orleans.Configuration;

/// <summary>Calls made by clients.</summary>
public sealed class ClientMessagingOptions : MessagingOptions;

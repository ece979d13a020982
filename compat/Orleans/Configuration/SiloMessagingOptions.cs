namespace Orleans.Configuration;

/// <summary>Calls made inside the silo.</summary>
public sealed class SiloMessagingOptions : MessagingOptions;

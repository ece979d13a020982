namespace Orleans.Hosting;

/// <summary>Whether calls are delivered out of order on purpose; from configuration "Orleans:StandIn:ShuffleDelivery".</summary>
internal sealed record DeliveryOrder(bool Shuffled)
{
    public const string Key = "Orleans:StandIn:ShuffleDelivery";
}

namespace Orleans.Runtime;

/// <summary>Lets an activation's service scope hand out its context.</summary>
internal sealed class GrainContextHolder
{
    public IGrainContext? Context { get; set; }
}

namespace Orleans.Runtime;

/// <summary>A task scheduler that runs the turns of one activation.</summary>
internal interface IActivationScheduler
{
    IGrainContext Context { get; }
}

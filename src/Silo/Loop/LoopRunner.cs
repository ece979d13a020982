using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Loop;

/// <summary>Does one piece of the loop's work outside of turns. Each piece looks at how things stand first, so doing it twice is harmless.</summary>
public sealed class LoopRunner(IBlobStore store, IGrainFactory grains)
{
    private readonly VersionBuilder _versions = new(store, grains);
    private readonly JobSpecWriter _jobs = new(store, grains);
    private readonly PairMaker _pairs = new(store, grains);
    private readonly HeadToHeadMaker _headToHead = new(store, grains);
    private readonly GateRunner _gate = new(store, grains);
    private readonly RetractionRunner _retractions = new(store, grains);

    /// <summary>Does it.</summary>
    public Task RunAsync(ProjectId project, LoopWork work, CancellationToken cancellationToken) => work.Kind switch
    {
        LoopWorkKind.BuildVersion => _versions.BuildAsync(project, work.Name, cancellationToken),
        LoopWorkKind.QueueTraining => _jobs.QueueTrainingAsync(project, work.Name, cancellationToken),
        LoopWorkKind.QueueEvaluation => _jobs.QueueEvaluationAsync(project, work.Name, cancellationToken),
        LoopWorkKind.MakeHeadToHead => _headToHead.MakeAsync(project, work.Name, cancellationToken),
        LoopWorkKind.DecideGate => _gate.DecideAsync(project, work.Name, cancellationToken),
        LoopWorkKind.QueueGeneration => _jobs.QueueGenerationAsync(project, work.Name, cancellationToken),
        LoopWorkKind.MakePairs => _pairs.MakeAsync(project, work.Name, cancellationToken),
        LoopWorkKind.ClosePairs => _gate.ClosePairsAsync(project, work.Name, cancellationToken),
        LoopWorkKind.CarryOutRetraction => _retractions.RunAsync(project, work.Name, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(work), work.Kind, "Unknown work."),
    };
}

namespace Orleans.Dpo.Grains.Projects;

/// <summary>Kinds of <see cref="LoopWork"/>.</summary>
public enum LoopWorkKind
{
    /// <summary>Build and publish a dataset version whose cut is in the ledger.</summary>
    BuildVersion,

    /// <summary>Write the job specification of a round's training and queue it.</summary>
    QueueTraining,

    /// <summary>Write the job specification of a round's evaluation and queue it.</summary>
    QueueEvaluation,

    /// <summary>Make head-to-head pairs of a round's evaluation responses.</summary>
    MakeHeadToHead,

    /// <summary>Decide a round by its gate.</summary>
    DecideGate,

    /// <summary>Write the job specification of a generation and queue it.</summary>
    QueueGeneration,

    /// <summary>Make pairs of a generation's responses.</summary>
    MakePairs,

    /// <summary>Close the head-to-head pairs of a round that ended before they were judged.</summary>
    ClosePairs,

    /// <summary>Goes on with a retraction that was cut short.</summary>
    CarryOutRetraction,
}

namespace Orleans.Dpo.Trainer.Failures;

/// <summary>Why the trainer stopped without a result. The word in a job's result and the exit code both follow from it.</summary>
internal enum FailureKind
{
    /// <summary>A file, a row or an option that somebody has to correct. Exit code 2.</summary>
    BadInput,

    /// <summary>A check before the first update found that the run would not be what its specification says. Exit code 3.</summary>
    StepZero,

    /// <summary>The loss or the gradient left the range of numbers, or the loss grew without bound. Exit code 3.</summary>
    Diverged,

    /// <summary>Somebody asked the run to stop. Exit code 4.</summary>
    Cancelled,
}

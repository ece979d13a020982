namespace Orleans.Dpo.Trainer.Failures;

/// <summary>An expected end without a result: one sentence that says what, where and what to do.</summary>
internal sealed class TrainerException : Exception
{
    public TrainerException(FailureKind kind, string message) : base(message) => Kind = kind;

    public TrainerException(FailureKind kind, string message, Exception inner) : base(message, inner) => Kind = kind;

    public FailureKind Kind { get; }

    /// <summary>The stable code of docs/formats/jobs.md.</summary>
    public string Code => Kind switch
    {
        FailureKind.BadInput => "bad-input",
        FailureKind.StepZero => "step-0",
        FailureKind.Diverged => "diverged",
        _ => "cancelled",
    };

    public int ExitCode => Kind switch
    {
        FailureKind.BadInput => 2,
        FailureKind.StepZero or FailureKind.Diverged => 3,
        _ => 4,
    };

    public static TrainerException BadInput(string message) => new(FailureKind.BadInput, message);

    public static TrainerException StepZero(string message) => new(FailureKind.StepZero, message);

    public static TrainerException Diverged(string message) => new(FailureKind.Diverged, message);

    public static TrainerException Cancelled(string message) => new(FailureKind.Cancelled, message);
}

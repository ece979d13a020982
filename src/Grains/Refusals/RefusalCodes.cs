namespace Orleans.Dpo.Grains.Refusals;

/// <summary>Every refusal code. Each is mapped to an HTTP status in the silo's ProblemMap and described in docs/formats/problems.md, which a test proves.</summary>
public static class RefusalCodes
{
    /// <summary>The request's form is wrong; the detail names line and field.</summary>
    public const string BadRequest = "bad-request";

    /// <summary>No such project.</summary>
    public const string UnknownProject = "unknown-project";

    /// <summary>The project's slug is taken.</summary>
    public const string ProjectExists = "project-exists";

    /// <summary>If-Match does not name the current version.</summary>
    public const string Stale = "stale";

    /// <summary>No such prompt.</summary>
    public const string UnknownPrompt = "unknown-prompt";

    /// <summary>No such pair in this project.</summary>
    public const string UnknownPair = "unknown-pair";

    /// <summary>The lease was never given to this annotator.</summary>
    public const string UnknownLease = "unknown-lease";

    /// <summary>A judgment for a pair that was never leased to this annotator.</summary>
    public const string NotLeased = "not-leased";

    /// <summary>The same judgment id came with another body.</summary>
    public const string JudgmentIdReused = "judgment-id-reused";

    /// <summary>The judgment to supersede does not exist or is another annotator's.</summary>
    public const string UnknownJudgment = "unknown-judgment";

    /// <summary>The verdict is incomplete or contradicts itself (strength without a side, for instance).</summary>
    public const string BadVerdict = "bad-verdict";

    /// <summary>The store's answer is unknown; sending the same id again is safe.</summary>
    public const string OutcomeUnknown = "outcome-unknown";

    /// <summary>No such dataset version, tag or identity.</summary>
    public const string UnknownVersion = "unknown-version";

    /// <summary>The dataset version was deleted; the detail says why.</summary>
    public const string VersionDeleted = "version-deleted";

    /// <summary>The tag is protected: it stays where it is, and so does the version under it.</summary>
    public const string TagProtected = "tag-protected";

    /// <summary>The version would hold no row; the detail says how many judgments, ties and both-bad were seen.</summary>
    public const string EmptyVersion = "empty-version";

    /// <summary>No such retraction.</summary>
    public const string UnknownRetraction = "unknown-retraction";

    /// <summary>No such round.</summary>
    public const string UnknownRound = "unknown-round";

    /// <summary>The round is not in a state that allows this.</summary>
    public const string WrongState = "wrong-state";

    /// <summary>Another round is under way.</summary>
    public const string RoundUnderWay = "round-under-way";

    /// <summary>No such policy.</summary>
    public const string UnknownPolicy = "unknown-policy";

    /// <summary>The policy's files are incomplete or do not match their hash; the detail names the file.</summary>
    public const string BadPolicy = "bad-policy";

    /// <summary>No policy is active yet.</summary>
    public const string NoActivePolicy = "no-active-policy";

    /// <summary>The claim's epoch is not the current one: another worker has taken over.</summary>
    public const string ClaimLost = "claim-lost";

    /// <summary>No such generation.</summary>
    public const string UnknownGeneration = "unknown-generation";

    /// <summary>No such person, key or link, or it has expired.</summary>
    public const string UnknownCredential = "unknown-credential";

    /// <summary>The person's or key's roles do not allow this.</summary>
    public const string MissingRole = "missing-role";

    /// <summary>The name is taken by another person.</summary>
    public const string NameTaken = "name-taken";

    /// <summary>The project has no prompt of the split that is needed.</summary>
    public const string NoPrompts = "no-prompts";

    /// <summary>A job ended without results; the detail is the worker's.</summary>
    public const string JobFailed = "job-failed";

    /// <summary>The Idempotency-Key was used with another body.</summary>
    public const string IdempotencyKeyReused = "idempotency-key-reused";
}

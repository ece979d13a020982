using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Silo.Api;

/// <summary>The one place where a code becomes an HTTP status and a title (docs/formats/problems.md lists the same).</summary>
internal static class ProblemMap
{
    public static FrozenDictionary<string, ProblemKind> All { get; } = new Dictionary<string, ProblemKind>
    {
        [RefusalCodes.BadRequest] = new(400, "The request's form is wrong"),
        [RefusalCodes.UnknownProject] = new(404, "No such project"),
        [RefusalCodes.ProjectExists] = new(409, "The project exists with other settings"),
        [RefusalCodes.Stale] = new(412, "It has changed since it was read"),
        [RefusalCodes.UnknownPrompt] = new(404, "No such prompt"),
        [RefusalCodes.UnknownPair] = new(404, "No such pair"),
        [RefusalCodes.UnknownLease] = new(409, "No such lease"),
        [RefusalCodes.NotLeased] = new(409, "The pair was not leased to this annotator"),
        [RefusalCodes.JudgmentIdReused] = new(409, "The judgment id was used with another body"),
        [RefusalCodes.UnknownJudgment] = new(404, "No such judgment of this annotator"),
        [RefusalCodes.BadVerdict] = new(422, "The verdict is incomplete or contradicts itself"),
        [RefusalCodes.OutcomeUnknown] = new(503, "The outcome is unknown; send the same again"),
        [RefusalCodes.UnknownVersion] = new(404, "No such dataset version"),
        [RefusalCodes.VersionDeleted] = new(410, "The dataset version was deleted"),
        [RefusalCodes.TagProtected] = new(409, "The tag is protected"),
        [RefusalCodes.EmptyVersion] = new(422, "The version would hold no row"),
        [RefusalCodes.UnknownRetraction] = new(404, "No such retraction"),
        [RefusalCodes.UnknownRound] = new(404, "No such round"),
        [RefusalCodes.WrongState] = new(409, "Its state does not allow this"),
        [RefusalCodes.RoundUnderWay] = new(409, "Another round is under way"),
        [RefusalCodes.UnknownPolicy] = new(404, "No such policy"),
        [RefusalCodes.BadPolicy] = new(422, "The policy's files are incomplete or wrong"),
        [RefusalCodes.NoActivePolicy] = new(409, "No policy is active yet"),
        [RefusalCodes.ClaimLost] = new(409, "Another worker has taken over"),
        [RefusalCodes.UnknownGeneration] = new(404, "No such generation"),
        [RefusalCodes.UnknownCredential] = new(401, "Sign in, or send a valid API key"),
        [RefusalCodes.MissingRole] = new(403, "Your roles do not allow this"),
        [RefusalCodes.NameTaken] = new(409, "The name is taken"),
        [RefusalCodes.NoPrompts] = new(409, "The project has no prompts of that split"),
        [RefusalCodes.JobFailed] = new(500, "A job ended without results"),
        [RefusalCodes.IdempotencyKeyReused] = new(422, "The Idempotency-Key was used with another body or query"),
        [ProblemCodes.UnknownRoute] = new(404, "No such call"),
        [ProblemCodes.MethodNotAllowed] = new(405, "The address takes other methods"),
        [ProblemCodes.UnknownFile] = new(404, "No such file"),
        [ProblemCodes.UnknownImport] = new(404, "No such import"),
        [ProblemCodes.UnknownPerson] = new(404, "No such person or key"),
        [ProblemCodes.TooLarge] = new(413, "The body is too large"),
        [ProblemCodes.UnsupportedMediaType] = new(415, "The content type is not taken here"),
        [ProblemCodes.CrossOrigin] = new(403, "The call did not come from our own pages"),
        [ProblemCodes.TooManyRequests] = new(429, "Too many attempts"),
        [ProblemCodes.IfMatchRequired] = new(428, "Send If-Match with the ETag that was read"),
        [ProblemCodes.BadHash] = new(422, "The bytes do not have the declared hash"),
        [ProblemCodes.Internal] = new(500, "The server failed"),
    }.ToFrozenDictionary();

    /// <summary>The problem of a code; an unmapped code is a bug and answers as <c>internal</c> would.</summary>
    public static ProblemHttpResult Problem(string code, string detail, int? line = null, string? field = null)
    {
        var kind = All.GetValueOrDefault(code) ?? new(500, "The server failed");
        var members = new Dictionary<string, object?> { ["code"] = code };
        if (line is not null)
        {
            members["line"] = line;
        }

        if (field is not null)
        {
            members["field"] = field;
        }

        return TypedResults.Problem(detail, statusCode: kind.Status, title: kind.Title, type: $"/problems/{code}", extensions: members);
    }

    public static ProblemHttpResult Problem(Refusal refusal) => Problem(refusal.Code, refusal.Detail);
}

/// <summary>Status and title of a code.</summary>
internal sealed record ProblemKind(int Status, string Title);

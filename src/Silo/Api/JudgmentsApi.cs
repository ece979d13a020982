using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Judgments, in arrays that are applied in order; each gets its own result, durable before it is told.</summary>
internal static class JudgmentsApi
{
    private const int MaxJudgments = 100;
    private const int MaxNote = 4000;

    public static IEndpointRouteBuilder MapJudgments(this IEndpointRouteBuilder project)
    {
        project.MapPost("/judgments", SubmitAsync).Describe("submit-judgments", "Stores up to 100 judgments in order; the same id again is harmless.")
            .Accepts<JudgmentBody[]>("application/json", "application/x-ndjson").For(Roles.Annotator, Roles.Adjudicator, Roles.Operator).WithMetadata(new RecentProject());
        return project;
    }

    private static async Task<Results<Ok<ImmutableArray<JudgmentResult>>, JsonHttpResult<ImmutableArray<JudgmentResult>>, ProblemHttpResult>> SubmitAsync(
        CurrentProject project, Caller caller, JudgmentIntake intake, HttpRequest request, CancellationToken cancellationToken)
    {
        if (caller.Person is not { } annotator)
        {
            return LeasesApi.NoPerson();
        }

        var rows = await BulkReader.ReadAsync<JudgmentBody>(request, MaxJudgments, cancellationToken);
        for (var i = 0; i < rows.Count; i++)
        {
            if (Fault(rows[i]) is var (field, why))
            {
                return ProblemMap.Problem(RefusalCodes.BadRequest, why, i + 1, field);
            }
        }

        var results = ImmutableArray.CreateBuilder<JudgmentResult>(rows.Count);
        foreach (var row in rows)
        {
            results.Add(await intake.SubmitAsync(project.View, caller with { Person = annotator }, row, cancellationToken));
        }

        var answer = results.MoveToImmutable();
        return !answer.IsEmpty && answer.All(r => r.Status is SubmitStatus.OutcomeUnknown)
            ? TypedResults.Json(answer, statusCode: StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Ok(answer);
    }

    private static (string Field, string Why)? Fault(JudgmentBody row) => row switch
    {
        _ when !BlindKey.IsPair(row.Pair) && !PairId.TryParse(row.Pair, out _) => ("pair", "pair is the lease's."),
        { Choice: null, Ranking: null } => ("choice", "A judgment has a choice or a ranking."),
        { ActiveMs: < 0 } => ("active_ms", "active_ms is not negative."),
        { Note.Length: > MaxNote } => ("note", $"A note has at most {MaxNote} characters."),
        { Reasons.Length: > 20 } => ("reasons", "At most 20 reasons."),
        _ when row.Reasons.Any(reason => reason.Length is 0 or > 40 || reason.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))) =>
            ("reasons", "Reasons are lower-case slugs of at most 40 characters."),
        { Input: not ("key" or "touch" or "mouse" or "api") } => ("input", "input is key, touch, mouse or api."),
        _ => null,
    };

    internal sealed record JudgmentBody
    {
        public required JudgmentId Id { get; init; }

        /// <summary>As the lease names it; true ids are taken from those who may see them.</summary>
        public required string Pair { get; init; }

        public required string Lease { get; init; }

        /// <summary>Absent where <see cref="Ranking"/> is given.</summary>
        public ShownChoice? Choice { get; init; }

        /// <summary>Of a ranking: groups of indices into the lease's responses, best first; those of one group are tied.</summary>
        public ImmutableArray<ImmutableArray<int>>? Ranking { get; init; }

        [JsonIgnore]
        public ShownChoice Chosen => Choice ?? ShownChoice.Ranked;

        public int? Strength { get; init; }

        public JudgmentId? Supersedes { get; init; }

        public long ActiveMs { get; init; }

        public DateTimeOffset? ShownAt { get; init; }

        public DateTimeOffset? DecidedAt { get; init; }

        public ImmutableArray<string> Reasons { get; init; } = [];

        /// <summary>Comparison on the project's aspects, by slug.</summary>
        public ImmutableDictionary<string, int>? Aspects { get; init; }

        [JsonIgnore]
        public ImmutableArray<AspectRating> Ratings => Aspects is null ? [] : [.. Aspects.OrderBy(aspect => aspect.Key, StringComparer.Ordinal).Select(aspect => new AspectRating(aspect.Key, aspect.Value))];

        public string? Note { get; init; }

        public int? Guideline { get; init; }

        public string Input { get; init; } = "api";

        public SubmitJudgment ToCommand((LeaseId Lease, PairId Pair) of, AnnotatorId annotator, int guideline, string? noteRef, Ranking? ranking) => new()
        {
            Id = Id,
            Pair = of.Pair,
            Annotator = annotator,
            Lease = of.Lease,
            Choice = Chosen,
            Ranking = ranking,
            Strength = Strength,
            Supersedes = Supersedes,
            ActiveMilliseconds = ActiveMs,
            ShownAt = ShownAt,
            DecidedAt = DecidedAt,
            Reasons = Reasons,
            Aspects = Ratings,
            NoteRef = noteRef,
            Guideline = Guideline ?? guideline,
            Input = Input,
        };
    }

    internal sealed record JudgmentResult(
        JudgmentId Id,
        [property: JsonConverter(typeof(StatusConverter))] SubmitStatus Status,
        bool Counted,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail);

    // The contract spells outcome-unknown with a hyphen, as refusal codes are.
    internal sealed class StatusConverter() : JsonStringEnumConverter<SubmitStatus>(System.Text.Json.JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
}

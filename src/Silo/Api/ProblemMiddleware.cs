using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Imports;
using Orleans.Dpo.Silo.Telemetry;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Turns what the framework throws into problems with our codes. A client that went away gets nothing; an unknown failure gets a trace id and no text of the exception.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (IsBare(context) && Describe(context) is { } problem)
            {
                await problem.ExecuteAsync(context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            await Describe(e, context).ExecuteAsync(context);
        }
    }

    // Routing answers with a status and nothing else.
    private static bool IsBare(HttpContext context) =>
        !context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentType: null, ContentLength: null or 0 } && context.Request.Path.StartsWithSegments("/api");

    private static ProblemHttpResult? Describe(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => ProblemMap.Problem(ProblemCodes.UnknownRoute, $"There is no {context.Request.Method} {context.Request.Path}; /api/docs lists all calls."),
        StatusCodes.Status405MethodNotAllowed => ProblemMap.Problem(ProblemCodes.MethodNotAllowed, $"{context.Request.Path} takes {context.Response.Headers.Allow}."),
        StatusCodes.Status413PayloadTooLarge => TooLarge(),
        StatusCodes.Status415UnsupportedMediaType => ProblemMap.Problem(ProblemCodes.UnsupportedMediaType, $"'{context.Request.ContentType}' is not taken here; /api/docs lists what is."),
        _ => null,
    };

    private static ProblemHttpResult TooLarge() => ProblemMap.Problem(ProblemCodes.TooLarge, "Send fewer rows, or a smaller file, in one request.");

    private ProblemHttpResult Describe(Exception e, HttpContext context)
    {
        switch (e)
        {
            case ImportRowException row:
                return ProblemMap.Problem(RefusalCodes.BadRequest, row.Message, row.Line, row.Field.Length > 0 ? row.Field : null);
            case BulkRowException row:
                return ProblemMap.Problem(RefusalCodes.BadRequest, row.Message, row.Line, row.Field);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return TooLarge();
            case BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType }:
                return ProblemMap.Problem(ProblemCodes.UnsupportedMediaType, "Send application/json.");
            case BadHttpRequestException { InnerException: JsonException json }:
                return ProblemMap.Problem(RefusalCodes.BadRequest, json.Message, json.LineNumber is { } line ? (int)line + 1 : null, Field(json.Path));
            case BadHttpRequestException bad:
                return ProblemMap.Problem(RefusalCodes.BadRequest, bad.Message);
            case TimeoutException:
                LogTimeout(context.TraceIdentifier, e);
                return ProblemMap.Problem(RefusalCodes.OutcomeUnknown, "The store or a grain did not answer in time; the same request can be sent again.");
            default:
                LogFailed(context.TraceIdentifier, SiloMeters.RouteOf(context), e);
                return ProblemMap.Problem(ProblemCodes.Internal, $"The log has it under {context.TraceIdentifier}.");
        }
    }

    /// <summary>A JSON path such as <c>$.settings.overlap</c> without its root.</summary>
    public static string? Field(string? path) => path is { Length: > 2 } ? path[(path[1] is '.' ? 2 : 1)..] : null;

    [LoggerMessage(3001, LogLevel.Error, "Request {TraceId} to {Route} failed")]
    private partial void LogFailed(string traceId, string route, Exception e);

    [LoggerMessage(3002, LogLevel.Warning, "Request {TraceId} timed out")]
    private partial void LogTimeout(string traceId, Exception e);
}

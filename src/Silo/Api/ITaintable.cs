using System.Collections.Immutable;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Api;

/// <summary>An answer that says of itself whether retracted judgments went into it.</summary>
internal interface ITaintable
{
    /// <summary>Name in the project, such as <c>v12</c>.</summary>
    string TaintId { get; }

    /// <summary>Why it is tainted; null, and then absent, when it is not.</summary>
    ImmutableArray<Taint>? Tainted { get; set; }
}

/// <summary>Marks what an endpoint answers, one thing or a page of them.</summary>
internal sealed class TaintFilter(TaintReader taint) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        var value = answer is INestedHttpResult nested ? nested.Result : answer;
        var things = value switch
        {
            IValueHttpResult { Value: ITaintable one } => [one],
            IValueHttpResult { Value: IPage page } => page.Things.OfType<ITaintable>().ToArray(),
            _ => [],
        };
        if (things.Length > 0)
        {
            var known = await taint.ReadAsync(new CurrentProject(context.HttpContext).Id, context.HttpContext.RequestAborted);
            foreach (var thing in things)
            {
                thing.Tainted = known.FirstOrDefault(tainted => tainted.Id == thing.TaintId)?.Tainted;
            }
        }

        return answer;
    }
}

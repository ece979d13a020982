using System.Security.Claims;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.AnnotatorUi.Rendering;

/// <summary>What a signed-in person may see. The API checks again; this only hides what would be refused.</summary>
internal static class Access
{
    public const string Annotators = "annotator,admin";

    public const string Adjudicators = "adjudicator,operator,admin";

    public const string Operators = "operator,admin";

    public const string Researchers = "researcher,operator,admin";

    public static bool MayAnnotate(ClaimsPrincipal? user) => Has(user, Annotators);

    public static bool MayAdjudicate(ClaimsPrincipal? user) => Has(user, Adjudicators);

    public static bool MayOperate(ClaimsPrincipal? user) => Has(user, Operators);

    public static bool MayResearch(ClaimsPrincipal? user) => Has(user, Researchers);

    public static bool IsAdmin(ClaimsPrincipal? user) => user?.IsInRole("admin") == true;

    /// <summary>The annotator a signed-in person is in events.</summary>
    public static AnnotatorId? Annotator(ClaimsPrincipal? user) =>
        AnnotatorId.TryParse(user?.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    private static bool Has(ClaimsPrincipal? user, string roles) => user is not null && roles.Split(',').Any(user.IsInRole);
}

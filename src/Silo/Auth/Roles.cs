namespace Orleans.Dpo.Silo.Auth;

/// <summary>Role names.</summary>
internal static class Roles
{
    public const string Annotator = "annotator";
    /// <summary>Decides disputed pairs.</summary>
    public const string Adjudicator = "adjudicator";
    public const string Operator = "operator";
    public const string Researcher = "researcher";
    public const string Worker = "worker";

    /// <summary>May do everything.</summary>
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Annotator, Adjudicator, Operator, Researcher, Worker, Admin];
}

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What people call a row: its line in the file and its id.</summary>
internal readonly record struct RowName(int Line, string Id)
{
    public override string ToString() => Id == $"line {Line}" ? Id : $"{Id} (line {Line})";

    /// <summary>Some rows in words: the first three and how many more.</summary>
    public static string Listed(IReadOnlyCollection<RowName> rows) => rows.Count == 0
        ? "no row"
        : string.Join(", ", rows.Take(3)) + (rows.Count > 3 ? $" and {rows.Count - 3} more" : "");
}

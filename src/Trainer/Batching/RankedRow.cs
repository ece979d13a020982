using System.Collections.Immutable;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Answers to one prompt in the order of preference.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="RowId">Its id, or its line number where the file has none.</param>
/// <param name="PromptId">Id of its prompt, or null.</param>
/// <param name="Ranked">The answers behind the prompt, best first, at least two.</param>
internal sealed record RankedRow(int Line, string RowId, string? PromptId, ImmutableArray<TokenRow> Ranked) : ITrainingRow
{
    /// <summary>How far apart the two answers of a pair are; 0 where margins do not act.</summary>
    public double Margin { get; init; }

    public int Length => Ranked.Max(answer => answer.Ids.Length);

    public string Name => $"Ranking {RowId} (line {Line})";

    public IEnumerable<(string Side, TokenRow Row)> Answers => Ranked.Select((answer, place) => ($"answer {place + 1}", answer));
}

namespace Orleans.Dpo.Silo.Imports;

/// <summary>What is kept of an import: <c>projects/p/imports/i2/report.json</c>. Its wrong rows lie beside it in <c>errors.jsonl</c>.</summary>
/// <param name="Import">Its name, such as i2.</param>
/// <param name="Form">prompts, pairs, rankings, gold, or the format of preference data.</param>
/// <param name="Finished">When the last row was stored.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Added">Prompts or pairs that were new.</param>
/// <param name="Judgments">Verdicts stored.</param>
/// <param name="Wrong">Rows that were left out.</param>
internal sealed record ImportRecord(string Import, string Form, DateTimeOffset Finished, int Rows, int Added, int Judgments, int Wrong);

namespace Orleans.Dpo.Silo.Imports;

/// <summary>What an import of prompts or pairs did.</summary>
/// <param name="Rows">Rows read, wrong ones too.</param>
/// <param name="Added">Rows that were new.</param>
/// <param name="Known">Rows that were known, or came twice.</param>
/// <param name="Import">Name of an import of pairs, such as i2; null for prompts.</param>
internal sealed record ImportCounts(int Rows, int Added, int Known, string? Import = null);

using System.Text.Json;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>One row of a file as it came.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Row">Its JSON; undefined when it has none.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Fault">Why it could not be read.</param>
internal readonly record struct SourceRow(int Line, JsonElement Row, int Bytes, string? Fault = null);

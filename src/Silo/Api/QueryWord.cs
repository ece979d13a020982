using System.Text.Json;

namespace Orleans.Dpo.Silo.Api;

/// <summary>An enum's member in a query, spelled as in bodies: lower-case words joined by underscores.</summary>
/// <param name="Value">The member.</param>
internal readonly record struct QueryWord<T>(T Value) where T : struct, Enum
{
    public static bool TryParse(string? text, IFormatProvider? provider, out QueryWord<T> word)
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == text)
            {
                word = new(value);
                return true;
            }
        }

        word = default;
        return false;
    }
}

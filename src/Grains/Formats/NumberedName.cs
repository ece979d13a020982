using System.Globalization;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>Names such as v12, r4, g7, p4 and i2: a letter and a number from 1.</summary>
public static class NumberedName
{
    /// <summary>The name of a number.</summary>
    public static string Of(char letter, int number) => string.Create(CultureInfo.InvariantCulture, $"{letter}{number}");

    /// <summary>The number in a name; false for anything else.</summary>
    public static bool TryParse(char letter, string? name, out int number)
    {
        number = 0;
        return name is { Length: >= 2 and <= 10 } && name[0] == letter && name[1] != '0'
            && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The number in a name, or 0.</summary>
    public static int NumberOr0(char letter, string? name) => TryParse(letter, name, out var number) ? number : 0;
}

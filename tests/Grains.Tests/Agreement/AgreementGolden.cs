using System.Globalization;
using System.Text.Json;

namespace Orleans.Dpo.Grains.Tests.Agreement;

/// <summary>Reads tests/golden/agreement, wherever the tests run from.</summary>
internal static class AgreementGolden
{
    public static JsonElement Read(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", "golden", "agreement", file);
            if (File.Exists(path))
            {
                return JsonDocument.Parse(File.ReadAllText(path)).RootElement;
            }
        }

        throw new FileNotFoundException($"tests/golden/agreement/{file} is in no folder above {AppContext.BaseDirectory}.");
    }

    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    public static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt32())];

    /// <summary>A number as Python's float.hex writes it.</summary>
    public static double Hexadecimal(string text)
    {
        var negative = text.StartsWith('-');
        var parts = text.TrimStart('-')["0x".Length..].Split('p');
        var digits = parts[0].Split('.');
        var mantissa = ulong.Parse(digits[0] + (digits.Length > 1 ? digits[1] : ""), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var power = int.Parse(parts[1], CultureInfo.InvariantCulture) - (digits.Length > 1 ? 4 * digits[1].Length : 0);
        var value = Math.ScaleB(mantissa, power);
        return negative ? -value : value;
    }

    public static void AssertClose(double[] expected, IEnumerable<double> actual, double tolerance)
    {
        var found = actual.ToArray();
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - found[i]) <= tolerance, $"element {i}: {expected[i]} expected, {found[i]} found");
        }
    }
}

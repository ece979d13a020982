using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>
/// JSON can hold strings that are no text: bytes that are no UTF-8, or half of a character such as <c>"\ud800"</c>. A reader fails only when such a string is
/// asked for, so rows and files from outside are looked at first.
/// </summary>
public static class JsonText
{
    /// <summary>What is said of such a row.</summary>
    public const string Fault = "it has bytes that are not UTF-8, or half of a surrogate pair (an escape from \\ud800 to \\udfff alone), which is no character.";

    /// <summary>True when all strings of the value are text.</summary>
    public static bool IsWhole(JsonElement value) => IsWhole(JsonMarshal.GetRawUtf8Value(value));

    /// <summary>The same for the bytes of valid JSON.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        for (int at; (at = json.IndexOf((byte)'\\')) >= 0;)
        {
            json = json[at..];
            var unit = UnitOf(json);
            if (unit is null or < 0xD800 or > 0xDFFF)
            {
                // The escaped character is passed over, too: it may be a backslash.
                json = json[2..];
                continue;
            }

            if (unit >= 0xDC00 || UnitOf(json[6..]) is not (>= 0xDC00 and <= 0xDFFF))
            {
                return false;
            }

            json = json[12..];
        }

        return true;
    }

    private static int? UnitOf(ReadOnlySpan<byte> json) =>
        json.Length >= 6 && json[0] == '\\' && json[1] == 'u' && Utf8Parser.TryParse(json[2..6], out ushort unit, out var read, 'x') && read == 4 ? unit : null;
}

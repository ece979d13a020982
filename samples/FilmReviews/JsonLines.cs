using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>One JSON value a line, UTF-8 without a mark, line feeds only.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Line(object value) => JsonSerializer.Serialize(value, s_options);

    public static void Write(FileInfo file, IEnumerable<object> rows)
    {
        file.Directory?.Create();
        using var writer = new StreamWriter(file.FullName) { NewLine = "\n" };
        foreach (var row in rows)
        {
            writer.WriteLine(Line(row));
        }
    }

    public static IEnumerable<JsonElement> Read(FileInfo file)
        => File.ReadLines(file.FullName).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<JsonElement>(line, s_options));
}

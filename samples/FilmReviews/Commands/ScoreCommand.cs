using System.CommandLine;

namespace Orleans.Dpo.Samples.FilmReviews.Commands;

/// <summary><c>score</c>: the hidden reward of a file of prompts and responses, as one line of JSON.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var input = new Argument<FileInfo>("file") { Description = "JSON lines with prompt and response, or with text" };
        var command = new Command("score", "Prints what the hidden reward says of a file") { input };
        command.SetAction(parsed =>
        {
            var texts = JsonLines.Read(parsed.GetRequiredValue(input)).Select(row => row.TryGetProperty("text", out var text)
                ? text.GetString()!
                : ReviewParser.Join(row.GetProperty("prompt").GetString()!, row.GetProperty("response").GetString()!));
            Console.Out.WriteLine(JsonLines.Line(TextStatistics.Of([.. texts])));
        });
        return command;
    }
}

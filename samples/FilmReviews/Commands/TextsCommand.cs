using System.CommandLine;

namespace Orleans.Dpo.Samples.FilmReviews.Commands;

/// <summary><c>texts</c>: whole reviews for supervised fine-tuning, one <c>{"text": …}</c> a line.</summary>
internal static class TextsCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many texts", DefaultValueFactory = _ => 1000 };
        var seed = new Option<ulong>("--seed") { Description = "Same seed, same texts", DefaultValueFactory = _ => 1 };
        var output = new Option<FileInfo>("--out") { Description = "The JSON lines file to write", Required = true };
        var command = new Command("texts", "Draws whole reviews, for supervised fine-tuning") { count, seed, output };
        command.SetAction(parsed =>
        {
            var generator = new ReviewGenerator(parsed.GetValue(seed));
            var rows = Enumerable.Range(0, parsed.GetValue(count)).Select(_ => new { text = generator.Next().Text });
            JsonLines.Write(parsed.GetRequiredValue(output), rows);
        });
        return command;
    }
}

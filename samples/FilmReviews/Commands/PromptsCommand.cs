using System.CommandLine;

namespace Orleans.Dpo.Samples.FilmReviews.Commands;

/// <summary><c>prompts</c>: distinct prompts of one split, one <c>{"prompt": …}</c> a line.</summary>
internal static class PromptsCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many prompts", DefaultValueFactory = _ => 400 };
        var seed = new Option<ulong>("--seed") { Description = "Same seed, same prompts", DefaultValueFactory = _ => 1 };
        var split = new Option<string>("--split") { Description = "train, or held-out for evaluation", DefaultValueFactory = _ => PromptSplit.Training };
        split.AcceptOnlyFromAmong(PromptSplit.Training, PromptSplit.HeldOut);
        var output = new Option<FileInfo>("--out") { Description = "The JSON lines file to write", Required = true };
        var command = new Command("prompts", "Draws distinct prompts") { count, seed, split, output };
        command.SetAction(parsed =>
        {
            var prompts = PromptGenerator.Draw(parsed.GetValue(count), parsed.GetValue(seed), parsed.GetRequiredValue(split));
            JsonLines.Write(parsed.GetRequiredValue(output), prompts.Select(p => new { prompt = p }));
        });
        return command;
    }
}

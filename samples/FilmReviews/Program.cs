using System.CommandLine;
using Orleans.Dpo.Samples.FilmReviews.Commands;

var root = new RootCommand("The film-review demo: texts, prompts and a hidden reward for trying the loop without people")
{
    TextsCommand.Create(),
    PromptsCommand.Create(),
    ScoreCommand.Create(),
    RunCommand.Create(),
};
return await root.Parse(args).InvokeAsync();

using System.CommandLine;
using Orleans.Dpo.Samples.FilmReviews.Commands;

var root = new RootCommand("The film-review demo: texts, prompts and a hidden reward for trying the loop without people")
{
    TextsCommand.Create(),
    PromptsCommand.Create(),
    ScoreCommand.Create(),
    RunCommand.Create(),
    DemoCommand.Create(),
};

// On Ctrl-C the silo is given time to end before this process does.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });

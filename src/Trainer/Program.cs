using System.CommandLine;
using Orleans.Dpo.Trainer.Cli;

var root = new RootCommand("Trains, samples and measures policies: files in, files out.");
root.Subcommands.Add(TrainCommand.Create());
root.Subcommands.Add(GenerateCommand.Create());
root.Subcommands.Add(LogpsCommand.Create());
root.Subcommands.Add(JobCommand.Create());
return await root.Parse(args).InvokeAsync();

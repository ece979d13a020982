using System.CommandLine;
using Orleans.Dpo.Trainer.Cli;

var root = new RootCommand("Trains, samples and measures policies: files in, files out.");
root.Subcommands.Add(TrainCommand.Create());
root.Subcommands.Add(GenerateCommand.Create());
root.Subcommands.Add(LogpsCommand.Create());
root.Subcommands.Add(KlCommand.Create());
root.Subcommands.Add(PairsCommand.Create());
root.Subcommands.Add(ReportCommand.Create());
root.Subcommands.Add(ExportCommand.Create());
root.Subcommands.Add(JobCommand.Create());
// An interrupted run first finishes its step and keeps a checkpoint.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });

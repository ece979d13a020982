using Orleans.Dpo.Silo.Commands;
using Orleans.Dpo.Silo.Hosting;

if (CommandLine.Knows(args))
{
    return await CommandLine.RunAsync(args);
}

var options = SiloOptions.Read(args);
if (options.Refusal is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return ExitCodes.BadOptions;
}

if (options.Mode is SiloMode.Worker)
{
    return await WorkerHost.RunAsync(options);
}

if (DataFolder.TryHold(options, out var held) is { } reason)
{
    await Console.Error.WriteLineAsync(reason);
    return ExitCodes.BadFolder;
}

using (held)
{
    await using var app = SiloComposition.Build(options);
    return await app.RunToExitCodeAsync(options);
}

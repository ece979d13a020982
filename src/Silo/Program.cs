using Orleans.Dpo.Silo.Auth;
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
    var builder = SiloComposition.CreateBuilder(options);
    builder.AddStore(options);
    builder.AddGrains();
    builder.AddAuth(options);
    builder.AddApi();
    builder.AddServices(options);

    await using var app = builder.Build();
    app.UseAuth();
    app.MapApi();
    app.MapPages();
    return await app.RunToExitCodeAsync(options);
}

using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Starts a built host, says what runs, and turns the failures an operator can mend into one sentence and an exit code.</summary>
internal static partial class HostRun
{
    public static async Task<int> RunToExitCodeAsync(this WebApplication app, SiloOptions options)
    {
        if (IsTaken(new Uri(options.Url)))
        {
            return await TellPortInUseAsync(options);
        }

        try
        {
            await app.StartDpoAsync(CancellationToken.None);
        }
        catch (Exception e) when (Innermost(e) is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
        {
            return await TellPortInUseAsync(options);
        }
        catch (Exception e) when (Innermost(e) is SocketException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The host cannot start: {Innermost(e).Message}");
            return ExitCodes.Failed;
        }

        if (options.Lifeline is not null)
        {
            Lifeline.Follow(Console.OpenStandardInput(), app.Lifetime);
        }

        await app.WaitForShutdownAsync();
        return ExitCodes.Success;
    }

    /// <summary>Starts the host and its first administrator; when it returns, requests are served.</summary>
    public static async Task StartDpoAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        await app.StartAsync(cancellationToken);
        var packages = app.Services.GetRequiredService<PackageSources>().Report;
        var url = app.Url();
        LogStarted(app.Logger, PackageSources.Product, url, packages.Orleans, packages.TorchSharp, packages.Tokenizers);
        if (await app.Services.GetRequiredService<FirstAdministrator>().EnsureAsync(cancellationToken) is { } link)
        {
            // On standard output on purpose: a log file must not hold a working link.
            await Console.Out.WriteLineAsync($"First start. Sign in as admin with this link, once, within a day: {url}{link}");
        }
    }

    /// <summary>The address that is listened on, with the real port.</summary>
    public static string Url(this WebApplication app) => UrlOf(app.Services.GetRequiredService<IServer>());

    /// <summary>The address a server listens on, as a client on this machine writes it.</summary>
    public static string UrlOf(IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.First().Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal)
        ?? throw new InvalidOperationException("The host does not listen.");

    // Asked before the silo starts, so that the common mistake costs one line and no stack traces; the race that is left ends in the same sentence.
    private static bool IsTaken(Uri url)
    {
        if (url.Port == 0 || !IPAddress.TryParse(url.Host is "localhost" ? "127.0.0.1" : url.Host.Trim('[', ']'), out var address))
        {
            return false;
        }

        try
        {
            using var listener = new TcpListener(address, url.Port);
            listener.Start();
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.AddressAlreadyInUse;
        }
    }

    private static async Task<int> TellPortInUseAsync(SiloOptions options)
    {
        await Console.Error.WriteLineAsync($"Another process already listens on {options.Url}. Stop it, or give another address with --url.");
        return ExitCodes.PortInUse;
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    [LoggerMessage(3201, LogLevel.Information, "Orleans.Dpo {Version} serves {Url}. Orleans {Orleans}; TorchSharp {TorchSharp}; ML.Tokenizers {Tokenizers}")]
    private static partial void LogStarted(ILogger logger, string version, string url, string orleans, string torchSharp, string tokenizers);
}

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Hosting;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Silo.Tests.Api;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>The whole host inside the test's process: its clock jumps and its store fails when a test says so.</summary>
internal sealed class InnerHost(TemporaryFolder folder, string? azure, string? files = null) : IJudgedHost
{
    private WebApplication? _app;

    public ShiftedTime Clock { get; } = new();

    /// <summary>The disk below its files.</summary>
    public FaultyDisk Disk { get; } = new(OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException("The file store needs Linux or macOS.") : new PosixDisk());

    /// <summary>Set once it runs; fails every store alike.</summary>
    public FaultyStore Store { get; private set; } = null!;

    public int Port => new Uri(_app!.Url()).Port;

    public string Data => files ?? folder.File("data");

    public async Task<string> StartAsync()
    {
        var key = folder.File("key");
        string[] arguments = ["--mode", "silo", "--data", Data, "--url", "http://127.0.0.1:0", "--bootstrap-key", key, "--Logging:LogLevel:Default=None"];
        var options = SiloOptions.Read(azure is null ? arguments : [.. arguments, "--azure", azure]);
        Assert.Null(options.Refusal);
        Store = new FaultyStore(azure is null ? new FileBlobStore(Disk, Data, Clock) : await AzureBlobStore.OpenAsync(azure, "orleans-dpo", default));
        _app = SiloComposition.Build(options, services => services.AddSingleton<TimeProvider>(Clock).AddSingleton<IBlobStore>(Store));
        await _app.StartDpoAsync(CancellationToken.None);
        return File.Exists(key) ? (await File.ReadAllTextAsync(key)).Trim() : "";
    }

    public async Task EndAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync();
}

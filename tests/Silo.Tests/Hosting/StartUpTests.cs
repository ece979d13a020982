using System.Net;
using System.Net.Sockets;
using Orleans.Dpo.Silo.Hosting;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Hosting;

/// <summary>Mistakes at the start cost one sentence and an exit code, without a stack trace.</summary>
public sealed class StartUpTests
{
    [Fact]
    public async Task A_port_in_use_is_one_sentence_and_code_4()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        using var silo = SiloProcess.Start(["--mode", "silo", "--data", folder.File("data"), "--url", url]);
        Assert.Equal((ExitCodes.PortInUse, $"Another process already listens on {url}. Stop it, or give another address with --url."), await silo.EndAsync());
    }

    [Fact]
    public async Task A_second_process_on_one_folder_is_one_sentence_and_code_3()
    {
        using var folder = new TemporaryFolder();
        var (first, admin) = await SiloProcess.ServeAsync(folder);
        using (first)
        using (admin)
        {
            using var second = SiloProcess.Start(["--mode", "silo", "--data", folder.File("data"), "--url", "http://127.0.0.1:0"]);
            Assert.Equal(
                (ExitCodes.BadFolder, $"Another process already uses the data folder {folder.File("data")}. Stop it, or give another folder with --data."), await second.EndAsync());
            Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/me")).StatusCode);
            await first.StopAsync();
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_one_sentence_and_code_3()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("file"), "not a folder");
        using var silo = SiloProcess.Start(["--mode", "silo", "--data", Path.Combine(folder.File("file"), "data")]);
        var (code, errors) = await silo.EndAsync();
        Assert.Equal(ExitCodes.BadFolder, code);
        Assert.StartsWith($"The data folder {Path.Combine(folder.File("file"), "data")} cannot be", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    [Theory]
    [InlineData("'dance' is not a mode", "--mode", "dance")]
    [InlineData("Unknown option '--colour'", "--colour", "red")]
    [InlineData("is not an http address", "--url", "ftp://x")]
    [InlineData("is not a number of threads", "--threads", "-1")]
    [InlineData("A worker needs --server URL and --key-file FILE", "worker")]
    [InlineData("Mode ui is ", "--mode", "ui")]
    public void A_wrong_option_is_one_sentence(string sentence, params string[] args) =>
        Assert.Contains(sentence, SiloOptions.Read(args).Refusal, StringComparison.Ordinal);

    [Fact]
    public async Task The_bootstrap_key_file_is_the_owners_alone_and_survives_a_restart()
    {
        using var folder = new TemporaryFolder();
        var (first, admin) = await SiloProcess.ServeAsync(folder);
        using (first)
        using (admin)
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("key")));
            }

            await first.StopAsync();
        }

        var key = await File.ReadAllTextAsync(folder.File("key"));
        var (again, same) = await SiloProcess.ServeAsync(folder);
        using (again)
        using (same)
        {
            Assert.Equal(key, await File.ReadAllTextAsync(folder.File("key")));
            Assert.Equal(HttpStatusCode.OK, (await same.GetAsync("/api/v1/people")).StatusCode);
            await again.StopAsync();
        }
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Silo.Storage;

namespace Orleans.Dpo.Silo.Commands;

/// <summary><c>diff PROJECT@v1 v2</c>: what the rows of one version have that those of another have not, and why. Reads only.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("from") { Description = "PROJECT@v1." };
        var target = new Argument<string>("to") { Description = "v2." };
        var data = new Option<DirectoryInfo>("--data") { Description = "Data folder.", DefaultValueFactory = _ => new DirectoryInfo("data") };
        var command = new Command("diff", "Compares the rows of two dataset versions, as JSON lines; the last line sums up.") { source, target, data };
        command.SetAction((parsed, cancellationToken) => CommandLine.RunAsync(() => DiffAsync(parsed.GetRequiredValue(source), parsed.GetRequiredValue(target), parsed.GetRequiredValue(data), cancellationToken)));
        return command;
    }

    private static async Task DiffAsync(string from, string to, DirectoryInfo data, CancellationToken cancellationToken)
    {
        var at = from.IndexOf("@v", StringComparison.Ordinal);
        if (at < 0 || !ProjectId.TryParse(from[..at], out var project) || !TryNumber(from[(at + 1)..], out var older) || !TryNumber(to, out var newer))
        {
            throw new CommandException($"'{from}' '{to}' is not of the form PROJECT@v1 v2.");
        }

        if (!data.Exists)
        {
            throw new CommandException($"The data folder '{data.FullName}' does not exist.");
        }

        var store = new FileBlobStore(data.FullName, TimeProvider.System);
        var (before, after) = (await ReadAsync(store, project, older, cancellationToken), await ReadAsync(store, project, newer, cancellationToken));
        await using var output = Console.OpenStandardOutput();
        await foreach (var row in VersionDiff.ReadAsync(store, before.Manifest, after.Manifest, (before.Recipe, after.Recipe), cancellationToken))
        {
            await output.WriteAsync(CanonicalJson.Line(row), cancellationToken);
        }
    }

    private static bool TryNumber(string name, out int number)
    {
        number = 0;
        return name.StartsWith('v') && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static async Task<(VersionManifest Manifest, string Recipe)> ReadAsync(FileBlobStore store, ProjectId project, int version, CancellationToken cancellationToken)
    {
        var manifest = await VersionManifest.ReadAsync(store, project, version, cancellationToken) ?? throw new CommandException($"{project}@v{version} is not published.");
        var recipe = await store.GetAsync(VersionManifest.Folder(project, version) + "recipe.json", cancellationToken) ?? throw new CommandException($"{project}@v{version} has lost its recipe.json; restore it from a copy.");
        return (manifest, Encoding.UTF8.GetString(recipe.Bytes.Span.TrimEnd((byte)'\n')));
    }
}

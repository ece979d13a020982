using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Commands;

/// <summary><c>import PROJECT FILE --format F</c>: sends prompts, pairs, rankings, gold or preference data of another tool and prints the report.</summary>
internal static class ImportCommand
{
    private static readonly (string Member, string Words)[] s_counts =
    [
        ("rows", "rows read"), ("pairs_added", "pairs new"), ("added", "new"), ("known", "known"), ("gold", "gold"), ("judgments", "judgments"), ("wrong", "rows left out"),
    ];

    public static Command Create()
    {
        var project = new Argument<string>("project") { Description = "The project's slug." };
        var file = new Argument<FileInfo>("file") { Description = "JSON lines (.jsonl), or a JSON array (.json); either may end in .gz." };
        var format = new Option<string>("--format") { Description = "prompts, pairs, rankings (without verdicts), gold, or preference data: trl, hh-rlhf, ultrafeedback, helpsteer, multipref, arena, argilla, label-studio or ranking (docs/how-to-import.md).", Required = true };
        var fields = new Option<string?>("--fields") { Description = "Names that the file uses, such as prompt:instruction,first:response-1,second:response-2,question:preference." };
        var kind = new Option<string?>("--as") { Description = "rankings: with --format ranking keep each order whole, for Plackett-Luce rows; else it becomes pairs." };
        var strict = new Option<bool>("--all-or-nothing") { Description = "Store nothing when a row is wrong; otherwise right rows are stored and wrong ones reported." };
        var command = new Command("import", "Imports prompts, pairs, rankings, gold, or preference data of other tools.") { project, file, format, fields, kind, strict, CommandLine.Server, CommandLine.KeyFile };
        command.SetAction((parsed, cancellationToken) => CommandLine.RunAsync(async () =>
        {
            using var client = ServerClient.Open(parsed.GetRequiredValue(CommandLine.Server), parsed.GetRequiredValue(CommandLine.KeyFile));
            var (form, wanted) = (parsed.GetRequiredValue(format), parsed.GetValue(kind));
            if (wanted is not null && form is not "ranking")
            {
                throw new CommandException("--as goes with --format ranking only.");
            }

            var address = $"api/v1/projects/{Uri.EscapeDataString(parsed.GetRequiredValue(project))}/"
                + (form is "prompts" or "pairs" or "rankings" or "gold" ? $"{form}?" : $"imports?format={Uri.EscapeDataString(form)}&fields={Uri.EscapeDataString(parsed.GetValue(fields) ?? "")}&{(wanted is null ? "" : $"as={Uri.EscapeDataString(wanted)}&")}")
                + $"all_or_nothing={(parsed.GetValue(strict) ? "true" : "false")}";
            await ImportAsync(client, address, parsed.GetRequiredValue(file), cancellationToken);
        }));
        return command;
    }

    private static async Task ImportAsync(ServerClient client, string address, FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw new CommandException($"The file '{file.FullName}' does not exist.");
        }

        await using var stream = file.OpenRead();
        var zipped = file.Name.EndsWith(".gz", StringComparison.Ordinal);
        await using var content = zipped ? new GZipStream(stream, CompressionMode.Decompress) : (Stream)stream;
        var isArray = (zipped ? file.Name[..^3] : file.Name).EndsWith(".json", StringComparison.Ordinal);
        var report = await client.PostStreamAsync(address, content, isArray ? "application/json" : "application/x-ndjson", cancellationToken);
        foreach (var error in report.GetProperty("errors").EnumerateArray())
        {
            var field = error.GetProperty("field") is { ValueKind: JsonValueKind.String } named ? $" ({named.GetString()})" : "";
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{file.Name}:{error.GetProperty("line").GetInt32()}{field}: {error.GetProperty("message").GetString()}"));
        }

        var counts = string.Join(", ", s_counts.Where(count => report.TryGetProperty(count.Member, out _))
            .Select(count => string.Create(CultureInfo.InvariantCulture, $"{report.GetProperty(count.Member).GetInt32()} {count.Words}")));
        if (!report.GetProperty("applied").GetBoolean())
        {
            throw new CommandException($"{counts}. Nothing was stored.");
        }

        Console.WriteLine(report.GetProperty("import").GetString() is { } name ? $"{name}  {counts}" : counts);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Datasets;

/// <summary>Files of ours are read by DuckDB and hyparquet (tests/parquet), row for row as the JSON lines beside them.</summary>
public sealed class ParquetWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Two_readers_see_the_rows_that_were_written()
    {
        ParquetColumn[] columns =
        [
            new("id", ParquetKind.Text), new("kind", ParquetKind.Text), new("n", ParquetKind.Whole), new("x", ParquetKind.Number), new("ok", ParquetKind.Flag), new("tags", ParquetKind.Texts), new("prompt", ParquetKind.Messages),
            new("nothing", ParquetKind.Text),
        ];
        Write("empty", columns, []);
        Write("one", columns, [Row(1)]);
        Write("plain", columns, Enumerable.Range(0, 700).Select(Row), gzip: false);
        Write("many", columns, Enumerable.Range(0, 21_000).Select(Row));
        await WriteTablesAsync(tables: 1);
        await WriteTablesAsync(tables: 2);
        await ReadAllAsync();
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Nulls, empty lists and texts, characters of every width, negative and large numbers, long runs and none.</summary>
    private static string Row(int i) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"id":"row {{i}} é 漢 😀 \u0000\n\"","kind":{{(i % 5 is 0 ? "null" : $"\"k{i % 3}\"")}},"n":{{(i % 7 is 6 ? "null" : i % 11 is 3 ? -9007199254740991 : i)}},"x":{{(i % 4 is 0 ? "null" : (i / 3.0) - 5)}},"ok":{{(i % 6 is 0 ? "null" : i % 2 is 0 ? "true" : "false")}},"tags":{{(i % 5) switch { 0 => "null", 1 => "[]", 2 => "[\"\"]", _ => $"[\"a\",\"b{i}\",\"a\"]" }}},"prompt":{{(i % 3) switch { 0 => "[]", 1 => $$"""[{"content":"Hi {{i}}","role":"user"}]""", _ => """[{"content":"","role":"system"},{"content":"a\tb","role":"user"},{"content":"c","role":"assistant"}]""" }}},"nothing":null}""");

    private async Task WriteTablesAsync(int tables)
    {
        var ledger = new JudgedLedger();
        await ledger.AddAsync("i1", Enumerable.Range(0, 60));
        await ledger.AddAsync("i2", Enumerable.Range(60, 10), split: "test");
        await ledger.AddRankingAsync("r1", 2001, 4);
        await ledger.AddRankingAsync("r2", 2002, 3, split: "test");
        await ledger.RankAsync(2001, "2>0=1>3", annotator: 1);
        await ledger.RankAsync(2002, "0>1>2", annotator: 1);
        for (var number = 0; number < 70; number++)
        {
            await ledger.JudgeAsync(number, (number % 4) switch { 0 => "x", 1 => "t", 2 => "a2", _ => "b" }, annotator: number % 3, kind: number % 2 is 0 ? "model" : null, aspects: [.. new AspectRating[] { new("clarity", (number % 7) - 3), new("tone", 1) }.Take(number % 3)]);
        }

        var build = (await VersionBuild.RunAsync(ledger.Store, ledger.Store, (ledger.Recipe with { Tables = tables }).Canonical(), null, async (file, content, token) => await ledger.Store.PutIfAbsentAsync(file.Blob, content, token), default)).Value!;
        var manifest = new VersionManifest { Project = JudgedLedger.Project, Version = "v1", Identity = build.Facts.Identity, Created = default, Files = build.Files, Facts = build.Facts };
        foreach (var table in DerivedTable.Names)
        {
            foreach (var split in DerivedTable.Splits(table))
            {
                foreach (var format in new[] { "jsonl", "parquet" })
                {
                    await using var output = File.Create(_folder.File($"{table}-{split}-{tables}.{format}"));
                    var file = await DerivedFile.WriteAsync(ledger.Store, manifest, table, split, format, output, default);
                    Assert.True(file.Rows > 0, $"{table} {split}");
                }
            }
        }
    }

    private void Write(string name, ParquetColumn[] columns, IEnumerable<string> rows, bool gzip = true)
    {
        using var output = File.Create(_folder.File($"{name}.parquet"));
        using var lines = new StreamWriter(_folder.File($"{name}.jsonl"), append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        var writer = new ParquetWriter(output, [.. columns], gzip);
        foreach (var line in rows)
        {
            using var row = JsonDocument.Parse(line);
            writer.Add(row.RootElement);
            lines.WriteLine(line);
        }

        writer.Finish();
    }

    private async Task ReadAllAsync()
    {
        var folder = RepositoryFile.Path("tests/parquet");
        if (!Directory.Exists(Path.Combine(folder, "node_modules/hyparquet")))
        {
            // Not `npm ci`: DuckDB's binaries for other systems are optional, and a registry that lacks them leaves them out of the lock file.
            await RunAsync("npm", folder, ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]);
        }

        var files = Directory.GetFiles(_folder, "*.parquet");
        var output = await RunAsync("node", folder, ["check.mjs", .. files]);
        Assert.Equal(files.Length, output.Split('\n').Count(line => line.EndsWith("read the same by both", StringComparison.Ordinal)));
    }

    private static async Task<string> RunAsync(string program, string folder, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode is 0, $"{program} {arguments[0]}: {await errors}");
        return output;
    }
}

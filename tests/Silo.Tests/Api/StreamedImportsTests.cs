using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Orleans.Dpo.Silo.Tests.Faults;
using Orleans.Dpo.Silo.Tests.Hosting;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class StreamedImportsTests(SiloHost host)
{
    private const int Segment = 5000;

    [Fact]
    public async Task Rows_are_stored_while_later_ones_are_not_sent_yet()
    {
        var path = await host.AddProjectAsync("stream-early", pairs: 0);
        using var body = new GeneratedRows(Segment + 2000, 200, async row =>
        {
            if (row == Segment + 1000)
            {
                await PairsAsync(path, Segment);
            }
        });
        var report = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/pairs", body));
        Assert.Equal(Segment + 2000, (int)report["added"]!);
    }

    [Fact]
    public async Task An_import_that_broke_half_way_and_is_sent_again_adds_each_row_once()
    {
        var path = await host.AddProjectAsync("stream-broken", pairs: 0);
        using (var broken = new GeneratedRows(Segment + 3000, 200, async row =>
        {
            if (row == Segment + 1000)
            {
                await PairsAsync(path, Segment);
                throw new IOException("the line is cut");
            }
        }))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => host.Admin.PostAsync($"{path}/pairs", broken));
        }

        using var whole = new GeneratedRows(Segment + 3000, 200);
        var report = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/pairs", whole));
        Assert.Equal((3000, Segment), ((int)report["added"]!, (int)report["known"]!));
        await PairsAsync(path, Segment + 3000);
        using var again = new GeneratedRows(Segment + 3000, 200);
        Assert.Equal(0, (int)(await Body.ReadAsync(await host.Admin.PostAsync($"{path}/pairs", again)))["added"]!);
    }

    [Fact]
    public async Task Gzip_is_taken_and_another_encoding_refused()
    {
        var path = await host.AddProjectAsync("stream-gzip", pairs: 0);
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("{\"prompt\":\"p\",\"response_a\":\"x\",\"response_b\":\"y\"}\n"u8.ToArray());
        }

        using var content = Bytes(zipped.ToArray(), "gzip");
        Assert.Equal(1, (int)(await Body.ReadAsync(await host.Admin.PostAsync($"{path}/pairs", content)))["added"]!);
        using var other = Bytes(zipped.ToArray(), "br");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/pairs", other), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        using var preferences = Bytes(zipped.ToArray(), "gzip");
        Assert.Equal(1, (int)(await Body.ReadAsync(await host.Admin.PostAsync($"{path}/imports?format=trl", preferences)))["wrong"]!);
    }

    [Fact]
    public async Task All_wrong_rows_can_be_read_later_however_many()
    {
        var path = await host.AddProjectAsync("stream-errors", pairs: 0);
        var rows = string.Concat(Enumerable.Range(1, 2500).Select(i => i % 2 == 0 ? "{\"prompt\":5}\n" : $"{{\"prompt\":\"right {i}\"}}\n"));
        var report = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/prompts", Body.Text(rows, "application/x-ndjson")));
        Assert.Equal((1250, 1000, 1250), ((int)report["wrong"]!, report["errors"]!.AsArray().Count, (int)report["added"]!));
        var import = (string)report["import"]!;
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/imports/{import}"), HttpStatusCode.OK,
            $$"""{"import":"{{import}}","form":"prompts","finished":"*","rows":2500,"added":1250,"judgments":0,"wrong":1250}""");
        Assert.Equal(import, (string?)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/imports")))["items"]![0]!["import"]);
        var response = await host.Admin.GetAsync($"{path}/imports/{import}/errors");
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (int)JsonNode.Parse(line)!["line"]!);
        Assert.Equal(Enumerable.Range(1, 1250).Select(i => 2 * i), lines);
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/imports/i99"), HttpStatusCode.NotFound, "unknown-import");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/imports/..%2f1/errors"), HttpStatusCode.NotFound, "unknown-import");
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_one_wrong_row()
    {
        var path = await host.AddProjectAsync("stream-long", pairs: 0);
        var rows = "{\"prompt\":\"before\"}\n{\"prompt\":\"" + new string('x', 9 << 20) + "\"}\n{\"prompt\":\"behind\"}";
        var report = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/prompts", Body.Text(rows, "application/x-ndjson")));
        Assert.Equal((3, 2, 2), ((int)report["rows"]!, (int)report["added"]!, (int)Assert.Single(report["errors"]!.AsArray())!["line"]!));
    }

    [Fact]
    public async Task Languages_and_tags_come_with_prompts_and_a_row_that_says_others_is_wrong()
    {
        var path = await host.AddProjectAsync("labels", pairs: 0);
        await host.Admin.PostAsync($"{path}/prompts", Body.Text("""[{"prompt":"eins","lang":"de-AT","tags":["law","b","b"]},{"prompt":"one","lang":"en"},{"prompt":"1"}]"""));
        const string rows = "{\"prompt\":\"eins\",\"lang\":\"de\"}\n{\"prompt\":\"eins\"}\n{\"prompt\":\"1\",\"tags\":[\"x\"]}\n{\"prompt\":\"zwei\",\"lang\":\"de\"}\n{\"prompt\":\"zwei\",\"lang\":\"en\"}\n";
        var strict = await host.Admin.PostAsync($"{path}/prompts?all_or_nothing=true", Body.Text(rows, "application/x-ndjson"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, strict.StatusCode);
        var refused = JsonNode.Parse(await strict.Content.ReadAsStringAsync())!;
        Assert.Equal([1, 3, 5], refused["errors"]!.AsArray().Select(error => (int)error!["line"]!));
        var report = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/prompts", Body.Text(rows, "application/x-ndjson")));
        Assert.Equal([1, 3, 5], report["errors"]!.AsArray().Select(error => (int)error!["line"]!));
        Assert.Equal((1, 1), ((int)report["added"]!, (int)report["known"]!));
        Assert.Equal(["eins", "zwei"], await ListedAsync(path, "lang=de"));
        Assert.Equal(["eins"], await ListedAsync(path, "tag=law"));
        Assert.Equal(["eins", "one", "zwei"], await ListedAsync(path, "lang=*"));
        Assert.Empty(await ListedAsync(path, "tag=la"));
    }

    public static TheoryData<string> Forms => FaultTier.IsAll ? ["pairs", "rankings", "gold"] : ["pairs"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Memory_does_not_grow_with_the_body(string form)
    {
        const int RowBytes = 3000;
        var megabytes = FaultTier.Of(small: 24, all: 300);
        using var folder = new TemporaryFolder();
        var (silo, admin) = await SiloProcess.ServeAsync(folder);
        using (silo)
        using (admin)
        {
            (await admin.PostAsync("/api/v1/projects", Body.Json(new { id = "big", shards = 2, settings = new { } }))).EnsureSuccessStatusCode();
            var rows = megabytes * 1_000_000 / RowBytes;

            // The first segments warm the process up; what comes after them must not add what it weighs.
            using (var first = new GeneratedRows(2 * Segment, RowBytes, form: form))
            {
                (await admin.PostAsync($"/api/v1/projects/big/{form}", first)).EnsureSuccessStatusCode();
            }

            var before = Peak(silo.Id);
            using var body = new GeneratedRows(rows, RowBytes, form: form);
            var report = await Body.ReadAsync(await admin.PostAsync($"/api/v1/projects/big/{form}", body));
            Assert.Equal(rows, form is "gold" ? (int)report["gold"]! : (int)report["added"]! + (int)report["known"]!);
            var grown = (Peak(silo.Id) - before) >> 20;
            FaultReport.Add($"import of {megabytes} MB of {form}: resident at most {Peak(silo.Id) >> 20} MiB, {grown} MiB more than for the first {2 * Segment * RowBytes / 1_000_000} MB");
            Assert.True(grown < 160, $"{megabytes} MB of {form} took {grown} MiB more than the first {2 * Segment * RowBytes / 1_000_000} MB.");
            await silo.StopAsync();
        }
    }

    private static long Peak(int process) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);

    private static ByteArrayContent Bytes(byte[] content, string encoding) =>
        new(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson"), ContentEncoding = { encoding } } };

    private async Task<IEnumerable<string>> ListedAsync(string path, string query)
    {
        var found = new List<string>();
        foreach (var split in new[] { "train", "test" })
        {
            found.AddRange((await Body.ReadAsync(await host.Admin.GetAsync($"{path}/prompts?split={split}&{query}")))["items"]!.AsArray().Select(item => (string)item!["prompt"]!));
        }

        return found.Order(StringComparer.Ordinal);
    }

    // The list shows what the shards have; progress is told a second later.
    private async Task PairsAsync(string path, int expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var (count, cursor) = (0, ""); count < expected; await Task.Delay(10, patience.Token))
        {
            (count, cursor) = (0, "");
            do
            {
                var page = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/pairs?limit=1000&cursor={cursor}", patience.Token));
                count += page["items"]!.AsArray().Count;
                cursor = (string?)page["next"] ?? "";
            }
            while (cursor.Length > 0);
            Assert.InRange(count, 0, expected);
        }
    }
}

using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Silo.Imports;
using Orleans.Dpo.Silo.Imports.Formats;
using Orleans.Dpo.Silo.Tests.Faults;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Fuzz;

/// <summary>Files of other tools and of jobs, changed at random: a wrong row is reported by its line, a wrong file refused; nothing breaks.</summary>
public sealed class ImportFuzzTests
{
    public static TheoryData<string, string> Files => new()
    {
        { "trl", "trl.jsonl" }, { "hh-rlhf", "hh-rlhf.jsonl" }, { "ultrafeedback", "ultrafeedback.jsonl" }, { "helpsteer", "helpsteer.jsonl" }, { "helpsteer", "helpsteer3.jsonl" },
        { "multipref", "multipref.jsonl" }, { "arena", "arena.jsonl" }, { "argilla", "argilla.jsonl" }, { "label-studio", "label-studio.json" }, { "ranking", "ranking.jsonl" },
        { "trl", "trl-implicit.jsonl" }, { "ultrafeedback", "ultrafeedback-raw.jsonl" }, { "arena", "arena-140k.jsonl" }, { "argilla", "argilla-v2.jsonl" },
    };

    public static TheoryData<string> Jobs => ["job-train.json", "job-train-options.json", "job-generate.json", "job-evaluate.json", "job-result-train.json", "job-result-generate.json", "job-result-evaluate.json", "job-result-failed.json"];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_changed_file_gives_rows_and_errors_by_line(string format, string file)
    {
        var right = await File.ReadAllBytesAsync(RepositoryFile.Path($"tests/golden/imports/{file}"));
        var known = PreferenceFormats.Find(format)!;
        var random = new Random(21);
        var (rows, wrong, tries) = (0L, 0L, FaultTier.Of(150, 10_000));
        for (var n = 0; n < tries; n++)
        {
            var bytes = Mutation.Of(right, random);
            try
            {
                using var content = new MemoryStream(bytes);
                var isArray = random.Next(10) == 0 ? random.Next(2) == 0 : file.EndsWith(".json", StringComparison.Ordinal);
                await using var errors = new ImportErrors();
                var (source, count) = (isArray ? SourceRows.ArrayAsync(content, default) : SourceRows.LinesAsync(content, default), 0);
                await foreach (var segment in ImportSegments.ReadAsync(source, row => PreferenceImport.Read(known, new(new Dictionary<string, string>()), row), errors, default))
                {
                    count += segment.Rows;
                }

                Assert.InRange(errors.Count, 0, count);
                Assert.All(errors.First, error => Assert.True(error.Line >= 1 && error.Message.Length > 0));
                (rows, wrong) = (rows + count, wrong + errors.Count);
            }
            catch (Exception broken) when (broken is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{file}, try {n}: {broken}\n{System.Text.Encoding.UTF8.GetString(bytes)}");
            }
        }

        Assert.True(wrong > 0 && wrong < rows);
        FaultReport.Add($"fuzzed imports, {file} × {tries:N0}: {rows:N0} rows, {wrong:N0} reported by line, 0 failures");
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public void A_changed_job_file_is_read_or_refused_as_no_job(string file)
    {
        var right = File.ReadAllBytes(RepositoryFile.Path($"tests/golden/{file}"));
        var random = new Random(22);
        for (var n = 0; n < FaultTier.Of(300, 10_000); n++)
        {
            var bytes = Mutation.Of(right, random);
            try
            {
                _ = file.StartsWith("job-result", StringComparison.Ordinal) ? (object?)JsonSerializer.Deserialize<JobResult>(bytes, JobJson.File) : JsonSerializer.Deserialize<JobSpec>(bytes, JobJson.File);
            }
            catch (JsonException)
            {
                // The one refusal that readers expect.
                Assert.NotEqual(right, bytes);
            }
            catch (Exception broken) when (broken is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{file}, try {n}: {broken}\n{System.Text.Encoding.UTF8.GetString(bytes)}");
            }
        }
    }
}

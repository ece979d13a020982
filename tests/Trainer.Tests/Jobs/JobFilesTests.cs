using System.Text.Json;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Trainer.Tests.Jobs;

/// <summary>The files that worker and trainer meet at (docs/formats/jobs.md): what is written down reads, and writes back the same.</summary>
public sealed class JobFilesTests
{
    [Theory]
    [InlineData("job-train.json")]
    [InlineData("job-evaluate.json")]
    [InlineData("job-generate.json")]
    public void An_order_reads_and_writes_back_the_same(string name) => RequireSame<JobSpec>(name);

    [Theory]
    [InlineData("job-result-train.json")]
    [InlineData("job-result-evaluate.json")]
    [InlineData("job-result-failed.json")]
    public void A_result_reads_and_writes_back_the_same(string name) => RequireSame<JobResult>(name);

    private static void RequireSame<TRecord>(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", name));
        var record = JsonSerializer.Deserialize<TRecord>(bytes, JobJson.File);
        using var expected = JsonDocument.Parse(bytes);
        using var actual = JsonSerializer.SerializeToDocument(record, JobJson.File);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), actual.RootElement.GetRawText());
    }
}

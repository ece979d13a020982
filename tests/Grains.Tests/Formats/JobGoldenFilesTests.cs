using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests;

/// <summary>The job files of docs/formats/jobs.md, as the server and the trainer write and read them; the tests of both compile this file.</summary>
public sealed class JobGoldenFilesTests
{
    public static TheoryData<string> Specs => ["train", "train-options", "evaluate", "generate"];

    public static TheoryData<string> Results => ["result-train", "result-evaluate", "result-generate", "result-failed"];

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_specification_reads_and_writes_byte_for_byte(string name)
    {
        var spec = JsonSerializer.Deserialize<JobSpec>(Golden(name), JobJson.File)!;
        Assert.StartsWith(spec.Kind.ToString().ToLowerInvariant(), name, StringComparison.Ordinal);
        Assert.Equal(Golden(name), JsonSerializer.Serialize(spec, JobJson.File) + "\n");
    }

    [Theory]
    [MemberData(nameof(Results))]
    public void A_result_reads_and_writes_byte_for_byte(string name) =>
        Assert.Equal(Golden(name), JsonSerializer.Serialize(JsonSerializer.Deserialize<JobResult>(Golden(name), JobJson.File), JobJson.File) + "\n");

    [Fact]
    public void A_member_that_is_not_known_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<JobSpec>(Golden("train").Replace("\"beta\"", "\"betta\"", StringComparison.Ordinal), JobJson.File));

    private static string Golden(string name) => File.ReadAllText(RepositoryFile.Path($"tests/golden/job-{name}.json"));
}

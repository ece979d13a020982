using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Jobs;

namespace Orleans.Dpo.Trainer.Tests.Jobs;

/// <summary>The three kinds of job, as the worker lays them out.</summary>
public sealed class JobRunnerTests
{
    private static readonly JobSampling s_sampling = new(1, 0.95, 12);

    [Fact]
    public void A_round_is_trained_evaluated_and_writes_the_next_responses()
    {
        using var scratch = new ScratchFolder();
        var start = Policy(scratch, "p0");
        TinyPolicy.Pairs(scratch, "inputs/pairs.jsonl", 12);
        Prompts(scratch);
        var trained = Run(scratch, new JobSpec
        {
            Project = "films", Job = "r1", Kind = JobKind.Train, Epoch = 2, Threads = 1, Seed = 5,
            Inputs = [Input(scratch, "inputs/pairs.jsonl")],
            Train = new JobTrain { Start = start, Reference = start, Data = "inputs/pairs.jsonl", LearningRate = 3e-3, BatchSize = 4, MaxLength = 64, CheckpointEverySteps = 2, Beta = 0.5 },
        });
        Assert.Null(trained.Failure);
        Assert.Equal((2, 1, 3), (trained.Epoch, trained.Threads, trained.Train!.Steps));
        Assert.Equal(PolicyHash.Of(scratch.File("out/policy")), trained.Train.PolicyHash);
        Directory.Move(scratch.File("out/policy"), scratch.File("inputs/p1"));

        var next = new JobPolicy("p1", "inputs/p1", trained.Train.PolicyHash);
        var evaluated = Run(scratch, new JobSpec
        {
            Project = "films", Job = "r1", Kind = JobKind.Evaluate, Threads = 1, Seed = 5,
            Evaluate = new JobEvaluate { Start = start, Policies = [start, next], Prompts = "inputs/prompts.jsonl", Sampling = s_sampling, HeldOutPairs = "inputs/pairs.jsonl" },
        });
        Assert.Null(evaluated.Failure);
        var (own, candidate) = (evaluated.Evaluate!.Value[0], evaluated.Evaluate.Value[1]);
        Assert.Equal(0, own.KlToStart, 1e-5);
        Assert.Equal(0, own.ChosenLogpShift!.Value, 1e-6);
        Assert.True(candidate.KlToStart > 1e-3);
        Assert.True(candidate.PairAccuracy > 0.8);
        var (a, b) = (Responses(scratch, own.Responses), Responses(scratch, candidate.Responses));
        Assert.Equal(8, a.Length);
        Assert.Equal(a.Select(row => row.Seed), b.Select(row => row.Seed));
        Assert.Equal(b.Average(row => row.Tokens), candidate.MeanTokens, 9);

        var generated = Run(scratch, new JobSpec
        {
            Project = "films", Job = "g1", Kind = JobKind.Generate, Threads = 1, Seed = 5,
            Generate = new JobGenerate { Parts = [new(next, "inputs/prompts.jsonl", 3), new(start, "inputs/prompts.jsonl", 1)], Reference = start, Sampling = s_sampling },
        });
        Assert.Equal(16, generated.Generate!.Responses);
        var rows = Responses(scratch, "out/responses.jsonl");
        Assert.Equal(generated.Generate.Tokens, rows.Sum(row => row.Tokens));
        Assert.Equal(["p1", "p0"], rows.Select(row => row.Policy).Distinct());
        Assert.Equal("pt_0 0,pt_0 1,pt_0 2,pt_1 0", string.Join(',', rows.Take(4).Select(row => $"{row.PromptId} {row.Sample}")));
        Assert.All(rows[12..], row => Assert.Equal(row.LogProb, row.ReferenceLogProb!.Value, 1e-3));
        Assert.Equal(16, rows.Select(row => row.Seed).Distinct().Count());
    }

    [Fact]
    public void A_changed_input_is_refused_before_anything_is_done()
    {
        using var scratch = new ScratchFolder();
        var start = Policy(scratch, "p0");
        TinyPolicy.Pairs(scratch, "inputs/pairs.jsonl", 12);
        var input = Input(scratch, "inputs/pairs.jsonl");
        File.AppendAllText(scratch.File("inputs/pairs.jsonl"), "\n");
        var result = Run(scratch, new JobSpec
        {
            Project = "films", Job = "r1", Kind = JobKind.Train, Inputs = [input],
            Train = new JobTrain { Start = start, Reference = start, Data = "inputs/pairs.jsonl" },
        }, 2);
        Assert.Equal("bad-input", result.Failure!.Code);
        Assert.Contains("inputs/pairs.jsonl hashes to", result.Failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_with_another_hash_fails_the_check()
    {
        using var scratch = new ScratchFolder();
        var start = Policy(scratch, "p0") with { Hash = new string('0', 64) };
        Prompts(scratch);
        var result = Run(scratch, new JobSpec
        {
            Project = "films", Job = "g1", Kind = JobKind.Generate,
            Generate = new JobGenerate { Parts = [new(start, "inputs/prompts.jsonl", 1)], Sampling = s_sampling },
        }, 3);
        Assert.Equal("step-0", result.Failure!.Code);
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("/etc/hostname")]
    public void A_path_outside_the_folder_is_refused(string path)
    {
        using var scratch = new ScratchFolder();
        var result = Run(scratch, new JobSpec
        {
            Project = "films", Job = "g1", Kind = JobKind.Generate,
            Generate = new JobGenerate { Parts = [new(new JobPolicy("p0", path, new string('0', 64)), "inputs/prompts.jsonl", 1)], Sampling = s_sampling },
        }, 2);
        Assert.Contains("not below its folder", result.Failure!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_job_says_so_in_its_result()
    {
        using var scratch = new ScratchFolder();
        var start = Policy(scratch, "p0");
        Prompts(scratch);
        using var control = new ControlLines();
        control.Obey("cancel");
        var result = Run(scratch, new JobSpec
        {
            Project = "films", Job = "g1", Kind = JobKind.Generate,
            Generate = new JobGenerate { Parts = [new(start, "inputs/prompts.jsonl", 1)], Sampling = s_sampling },
        }, 4, control);
        Assert.Equal("cancelled", result.Failure!.Code);
    }

    [Theory]
    [InlineData("{", "is not a job")]
    [InlineData("""{"format":1,"project":"x","job":"r1","kind":"train"}""", "the member of that name is missing")]
    [InlineData("""{"format":9,"project":"x","job":"r1","kind":"train"}""", "format 9")]
    [InlineData("""{"format":1,"project":"x","job":"r1","kind":"train","surprise":1}""", "surprise")]
    public void An_order_that_cannot_be_read_is_refused_in_words(string json, string reason)
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("job.json"), json);
        using var control = new ControlLines();
        Assert.Equal(2, JobRunner.Run(scratch.Path, control));
        Assert.Contains(reason, Result(scratch).Failure!.Detail, StringComparison.Ordinal);
    }

    private static JobPolicy Policy(ScratchFolder scratch, string id)
    {
        Directory.CreateDirectory(scratch.File("inputs"));
        return new JobPolicy(id, $"inputs/{id}", PolicyHash.Of(TinyPolicy.Make(scratch, $"inputs/{id}")));
    }

    private static void Prompts(ScratchFolder scratch) => scratch.Write(
        "inputs/prompts.jsonl",
        [.. Enumerable.Range(0, 4).Select(i => $$"""{"prompt_id":"pt_{{i}}","prompt":"In this {{(i % 2 == 0 ? "comedy" : "drama about a young baker")}},"}""")]);

    private static JobInput Input(ScratchFolder scratch, string path) => new(path, PolicyHash.OfFile(scratch.File(path)), new FileInfo(scratch.File(path)).Length);

    private static JobResult Run(ScratchFolder scratch, JobSpec spec, int exitCode = 0, ControlLines? control = null)
    {
        File.WriteAllBytes(scratch.File("job.json"), JsonSerializer.SerializeToUtf8Bytes(spec, JobJson.File));
        using var own = new ControlLines();
        var code = JobRunner.Run(scratch.Path, control ?? own);
        var result = Result(scratch);
        Assert.True(code == exitCode, $"exit code {code}: {result.Failure}");
        return result;
    }

    private static JobResult Result(ScratchFolder scratch) => JsonSerializer.Deserialize<JobResult>(File.ReadAllBytes(scratch.File("out/result.json")), JobJson.File)!;

    private static JobResponse[] Responses(ScratchFolder scratch, string path) =>
        [.. File.ReadLines(scratch.File(path)).Select(line => JsonSerializer.Deserialize<JobResponse>(line, JobJson.Line)!)];
}

using System.Text;
using Orleans.Dpo.Testing;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Jobs;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Fuzz;

/// <summary>What the trainer reads, changed at random: read, or refused with the file's name and a reason that its user can act on.</summary>
public sealed class FileFuzzTests
{
    private static readonly bool s_all = Environment.GetEnvironmentVariable("ORLEANS_DPO_TESTS") == "all";

    [Fact]
    public void A_changed_safetensors_file_is_read_whole_or_refused()
    {
        var golden = new GoldenModel("tied");
        var right = File.ReadAllBytes(Path.Combine(golden.Folder, "model.safetensors"));
        var header = 8 + (int)BitConverter.ToUInt64(right);
        Fuzz("safetensors", s_all ? 10_000 : 300, 41, random =>
        {
            // The length and the header most of the time: any bytes are tensors.
            return random.Next(5) == 0 ? Mutation.Of(right, random)
                : random.Next(4) == 0 ? [.. Mutation.Of(right[..8], random), .. right[8..]]
                : [.. right[..8], .. Mutation.Of(right[8..header], random), .. right[header..]];
        }, path =>
        {
            using var scope = NewDisposeScope();
            using var file = new SafetensorsFile(path);
            foreach (var entry in file.Entries)
            {
                Assert.Equal(entry.Shape.Aggregate(1L, (product, size) => product * size), file.Read(entry).numel());
            }
        });
    }

    [Theory]
    [InlineData("config.json", 42)]
    [InlineData("tokenizer.json", 43)]
    public void A_changed_file_of_a_model_folder_is_read_or_refused(string name, int seed)
    {
        using var scratch = new ScratchFolder();
        var folder = TinyPolicy.Make(scratch, "model");
        var right = File.ReadAllBytes(Path.Combine(folder, name));
        Fuzz(name, s_all ? 1500 : 60, seed, random => Mutation.Of(right, random), path =>
        {
            File.Copy(path, Path.Combine(folder, name), overwrite: true);
            using var scope = NewDisposeScope();
            if (name == "config.json")
            {
                using var model = ModelFolder.Load(folder, CPU);
            }
            else
            {
                SequenceEncoder.Load(folder);
            }
        });
    }

    [Fact]
    public void Changed_rows_are_read_or_refused_by_line()
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Make(scratch, "model"));
        var right = Encoding.UTF8.GetBytes("""
            {"prompt":"In this comedy,","chosen":" the plot is good.","rejected":" the plot drags.","pair_id":"a","weight":2,"p_chosen":0.75,"margin":0.5}
            {"prompt":"In this drama,","chosen":" all is well.","rejected":" no.","weight":1,"p_chosen":1,"margin":0}

            """);
        Fuzz("rows", s_all ? 20_000 : 400, 44, random => Mutation.Of(right, random), path => PreferenceRows.Read(path, encoder, 64));
    }

    [Fact]
    public void A_changed_job_is_read_or_refused()
    {
        var right = File.ReadAllBytes(RepositoryFile.Path("tests/golden/job-train.json"));
        Fuzz("job.json", s_all ? 4000 : 200, 45, random => Mutation.Of(right, random), path =>
        {
            using var scratch = new ScratchFolder();
            File.Copy(path, scratch.File("job.json"));
            JobFolder.Open(scratch.Path);
        });
    }

    private static void Fuzz(string what, int tries, int seed, Func<Random, byte[]> make, Action<string> read)
    {
        using var scratch = new ScratchFolder();
        var random = new Random(seed);
        var refused = 0;
        for (var n = 0; n < tries; n++)
        {
            var path = scratch.File("fuzzed");
            var bytes = make(random);
            File.WriteAllBytes(path, bytes);
            try
            {
                read(path);
            }
            catch (TrainerException refusal)
            {
                refused++;
                Assert.NotEmpty(refusal.Message);
            }
            catch (Exception broken) when (broken is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{what}, try {n}: {broken}\n{Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 3000)))}");
            }
        }

        Assert.True(refused > tries / 10);
        FaultReport.Add($"fuzzed {what} × {tries:N0}: {refused:N0} refused with a reason, 0 failures");
    }
}

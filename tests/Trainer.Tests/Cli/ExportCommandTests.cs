using System.Text.Json.Nodes;
using Orleans.Dpo.Trainer.Checkpoints;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Cli;

public sealed class ExportCommandTests
{
    [Fact]
    public void An_adapter_becomes_a_model_in_shards_of_another_type()
    {
        using var scratch = new ScratchFolder();
        var golden = new GoldenModel("lora-qwen2");
        Assert.Equal(0, Run("--model", golden.Folder, "--out", scratch.File("out"), "--dtype", "float16", "--max-shard-gb", "5e-6").Code);
        Assert.True(Directory.GetFiles(scratch.File("out"), "model-*-of-*.safetensors").Length > 1);
        Assert.Equal("qwen2", JsonNode.Parse(File.ReadAllText(scratch.File("out/config.json")))!["model_type"]!.GetValue<string>());
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(scratch.File("out"), CPU);
        var ids = tensor(Array.ConvertAll(golden.Ids, id => (long)id)).unsqueeze(0);
        // What is left of the difference is the rounding of the stored weights.
        Close.To(golden.Logits, model.Logits(model.Hidden(ids)).detach().data<float>().ToArray(), 0.03);
    }

    [Theory]
    [InlineData("--dtype", "int8", "it must be float32, float16 or bfloat16")]
    [InlineData("--max-shard-gb", "0", "it must be above 0")]
    public void What_cannot_be_written_is_refused(string option, string value, string reason)
    {
        using var scratch = new ScratchFolder();
        var (code, error) = Run("--model", new GoldenModel("tied").Folder, "--out", scratch.File("out"), option, value);
        Assert.Equal(2, code);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.File("out")));
    }

    [Fact]
    public void An_adapter_without_its_base_says_where_it_looked()
    {
        using var scratch = new ScratchFolder();
        foreach (var file in new[] { "adapter_config.json", "adapter_model.safetensors" })
        {
            File.Copy(Path.Combine(new GoldenModel("lora-gpt2").Folder, file), scratch.File(file));
        }

        var (code, error) = Run("--model", scratch.Path, "--out", scratch.File("out"));
        Assert.Equal(2, code);
        Assert.Contains("belongs to the base model ../gpt2, which is no folder here", error, StringComparison.Ordinal);
    }

    private static (int Code, string Error) Run(params string[] arguments)
    {
        using var process = TrainerProcess.StartConnected(["export", .. arguments]);
        var error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        return (process.ExitCode, error);
    }
}

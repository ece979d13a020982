using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Checkpoints;

public sealed class ModelWritingTests
{
    [Theory]
    [MemberData(nameof(GoldenModel.Families), MemberType = typeof(GoldenModel))]
    public void Shards_with_their_index_hold_the_same_model(string name)
    {
        using var scratch = new ScratchFolder();
        var golden = new GoldenModel(name);
        using var model = golden.Load();
        ModelFolder.Write(scratch.Path, model, golden.Folder, new WriteOptions(ShardBytes: 6_000));
        Assert.False(File.Exists(scratch.File("model.safetensors")));
        using var index = JsonDocument.Parse(File.ReadAllBytes(scratch.File("model.safetensors.index.json")));
        var files = index.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => entry.Value.GetString()!).Distinct().Order().ToArray();
        Assert.Equal(files, Directory.EnumerateFiles(scratch.Path, "*.safetensors").Select(file => Path.GetFileName(file)).Order());
        Assert.True(files.Length > 3);
        Assert.Equal($"model-00001-of-{files.Length:D5}.safetensors", files[0]);
        Assert.Equal(model.parameters().Sum(parameter => 4 * parameter.numel()), index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
        using var again = ModelFolder.Load(scratch.Path, CPU);
        Same(model, again);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, "bfloat16")]
    [InlineData(ScalarType.Float16, "float16")]
    public void A_stored_type_survives_a_round_trip_byte_for_byte(ScalarType type, string name)
    {
        using var scratch = new ScratchFolder();
        var golden = new GoldenModel("llama3");
        var (first, second) = (Folder(scratch, "first"), Folder(scratch, "second"));
        using (var model = golden.Load())
        {
            ModelFolder.Write(first, model, golden.Folder, new WriteOptions(type));
        }

        Assert.Equal(name, JsonNode.Parse(File.ReadAllText(Path.Combine(first, "config.json")))!["torch_dtype"]!.GetValue<string>());
        using var loaded = ModelFolder.Load(first, CPU);
        ModelFolder.Write(second, loaded, first, new WriteOptions(type));
        foreach (var file in new[] { "model.safetensors", "config.json" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, file)), File.ReadAllBytes(Path.Combine(second, file)));
        }

        using var half = ModelFolder.Load(first, CPU, ScalarType.BFloat16);
        Assert.All(half.parameters(), parameter => Assert.Equal(ScalarType.BFloat16, parameter.dtype));
    }

    [Fact]
    public void A_model_in_bfloat16_keeps_its_type_when_written()
    {
        using var scratch = new ScratchFolder();
        var golden = new GoldenModel("qwen3");
        using var model = golden.Load(ScalarType.BFloat16);
        ModelFolder.Write(scratch.Path, model, golden.Folder);
        using var file = new SafetensorsFile(scratch.File("model.safetensors"));
        Assert.All(file.Entries, entry => Assert.Equal(ScalarType.BFloat16, entry.Type));
    }

    [Fact]
    public void Tied_weights_are_stored_once()
    {
        using var scratch = new ScratchFolder();
        var golden = new GoldenModel("qwen2");
        using var model = golden.Load();
        ModelFolder.Write(scratch.Path, model, golden.Folder);
        using var file = new SafetensorsFile(scratch.File("model.safetensors"));
        Assert.DoesNotContain("lm_head.weight", file.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void GPT_2_without_prefix_and_with_masks_is_read_and_written_without_prefix()
    {
        using var scratch = new ScratchFolder();
        var golden = new GoldenModel("gpt2");
        var (bare, written) = (Folder(scratch, "bare"), Folder(scratch, "written"));
        File.Copy(Path.Combine(golden.Folder, "config.json"), Path.Combine(bare, "config.json"));
        using (var scope = NewDisposeScope())
        {
            using var file = new SafetensorsFile(Path.Combine(golden.Folder, "model.safetensors"));
            var weights = file.Entries.ToDictionary(entry => entry.Name["transformer.".Length..], file.Read);
            SafetensorsWriter.Write(Path.Combine(bare, "model.safetensors"), weights);
            var plain = File.ReadAllBytes(Path.Combine(bare, "model.safetensors"));
            File.Delete(Path.Combine(bare, "model.safetensors"));
            weights["h.0.attn.bias"] = ones(64, 64).tril().view(1, 1, 64, 64);
            weights["h.1.attn.masked_bias"] = ones(1);
            SafetensorsWriter.Write(Path.Combine(bare, "model.safetensors"), weights);
            using var model = ModelFolder.Load(bare, CPU);
            ModelFolder.Write(written, model, bare);
            Assert.Equal(plain, File.ReadAllBytes(Path.Combine(written, "model.safetensors")));
            using var whole = golden.Load();
            Same(whole, model);
        }
    }

    [Theory]
    [InlineData("tied", "model.layers.0.mlp.up_proj.weight")]
    [InlineData("llama3", "model.layers.1.self_attn.k_proj.bias")]
    [InlineData("mistral", "lm_head.weight")]
    [InlineData("qwen2", "model.layers.0.self_attn.v_proj.bias")]
    [InlineData("qwen3", "model.layers.0.self_attn.q_norm.weight")]
    [InlineData("gpt2", "transformer.h.1.ln_2.bias")]
    public void A_tensor_that_a_family_needs_is_missed_by_name(string name, string tensor) =>
        Assert.Contains($"lack {tensor}.", Refusal(name, weights => weights.Remove(tensor)), StringComparison.Ordinal);

    [Theory]
    [InlineData("tied", "model.layers.0.self_attn.q_norm.weight")]
    [InlineData("mistral", "model.layers.0.self_attn.q_proj.bias")]
    [InlineData("qwen2", "model.layers.0.self_attn.o_proj.bias")]
    [InlineData("gpt2", "transformer.h.2.ln_2.bias")]
    public void A_tensor_that_a_family_does_not_have_is_refused_by_name(string name, string tensor) =>
        Assert.Contains($"hold {tensor}, which", Refusal(name, weights => weights[tensor] = ones(4)), StringComparison.Ordinal);

    [Fact]
    public void A_weight_that_is_stored_as_a_mask_is_refused() =>
        Assert.Contains("model.norm.weight has type Bool", Refusal("qwen2", _ => { }, """{"model.norm.weight":{"dtype":"BOOL","shape":[16],"data_offsets":[0,16]}}"""), StringComparison.Ordinal);

    private static string Refusal(string name, Action<Dictionary<string, Tensor>> change, string? header = null)
    {
        using var scratch = new ScratchFolder();
        using var scope = NewDisposeScope();
        var golden = new GoldenModel(name);
        File.Copy(Path.Combine(golden.Folder, "config.json"), scratch.File("config.json"));
        using var file = new SafetensorsFile(Path.Combine(golden.Folder, "model.safetensors"));
        var weights = file.Entries.ToDictionary(entry => entry.Name, file.Read);
        change(weights);
        if (header is not null)
        {
            weights.Remove("model.norm.weight");
            File.WriteAllBytes(scratch.File("model-mask.safetensors"), [.. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.UTF8.GetBytes(header), .. new byte[16]]);
            SafetensorsWriter.Write(scratch.File("model-rest.safetensors"), weights);
            var map = weights.Keys.ToDictionary(key => key, _ => "model-rest.safetensors");
            map["model.norm.weight"] = "model-mask.safetensors";
            File.WriteAllText(scratch.File("model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = map }));
        }
        else
        {
            SafetensorsWriter.Write(scratch.File("model.safetensors"), weights);
        }

        return Assert.Throws<TrainerException>(() => ModelFolder.Load(scratch.Path, CPU)).Message;
    }

    private static string Folder(ScratchFolder scratch, string name) => Directory.CreateDirectory(scratch.File(name)).FullName;

    private static void Same(CausalDecoder expected, CausalDecoder actual) => Assert.All(
        expected.named_parameters().Zip(actual.named_parameters()),
        both => Assert.Equal(both.First.parameter.data<float>().ToArray(), both.Second.parameter.data<float>().ToArray()));
}

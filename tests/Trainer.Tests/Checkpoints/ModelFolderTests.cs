using System.Text.Json.Nodes;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Checkpoints;

public sealed class ModelFolderTests
{
    [Theory]
    [InlineData("model_type", "\"gpt_neox\"", "model_type gpt_neox is not supported; supported: ")]
    [InlineData("hidden_act", "\"gelu\"", "hidden_act gelu")]
    [InlineData("rope_scaling", """{"rope_type":"llama3","factor":8}""", "rope_scaling of type llama3 needs a positive low_freq_factor")]
    [InlineData("rope_scaling", """{"type":"dynamic","factor":8}""", "rope_scaling of type dynamic")]
    [InlineData("partial_rotary_factor", "0.5", "partial_rotary_factor")]
    [InlineData("rope_parameters", """{"rope_type":"yarn","rope_theta":10000}""", "rope_parameters of type yarn")]
    [InlineData("num_key_value_heads", "4", "no multiple")]
    [InlineData("head_dim", "5", "head_dim 5 is odd")]
    [InlineData("vocab_size", "\"many\"", "vocab_size")]
    public void What_the_decoder_does_not_compute_is_refused_by_name(string member, string value, string reason)
    {
        using var scratch = new ScratchFolder();
        Config(scratch, config => config[member] = JsonNode.Parse(value));
        Assert.Contains(reason, Assert.Throws<TrainerException>(() => DecoderConfigReader.Read(scratch.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Newer_configs_hold_the_rotary_base_elsewhere()
    {
        using var scratch = new ScratchFolder();
        Config(scratch, config =>
        {
            config.Remove("rope_theta");
            config["rope_parameters"] = JsonNode.Parse("""{"rope_type":"default","rope_theta":500000}""");
        });
        Assert.Equal(500_000, DecoderConfigReader.Read(scratch.Path).RotaryBase);
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        using var scratch = new ScratchFolder();
        Weights(scratch, weights => weights.Remove("model.layers.1.mlp.up_proj.weight"));
        Assert.Contains("lack model.layers.1.mlp.up_proj.weight", Refusal(scratch), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unexpected_tensor_is_named()
    {
        using var scratch = new ScratchFolder();
        Weights(scratch, weights => weights["model.layers.0.self_attn.q_proj.bias"] = ones(24));
        Assert.Contains("hold model.layers.0.self_attn.q_proj.bias", Refusal(scratch), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_shape_is_named_with_both_shapes()
    {
        using var scratch = new ScratchFolder();
        Weights(scratch, weights => weights["model.norm.weight"] = ones(23));
        Assert.Contains("model.norm.weight has shape [23], config.json asks for [24]", Refusal(scratch), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tied_checkpoint_may_carry_its_head_once_more()
    {
        using var scratch = new ScratchFolder();
        Weights(scratch, weights => weights["lm_head.weight"] = ones(61, 24));
        using var model = ModelFolder.Load(scratch.Path, CPU);
        Assert.DoesNotContain("lm_head.weight", model.named_parameters().Select(entry => entry.name));
    }

    [Fact]
    public void Weights_stored_in_half_precision_are_computed_with_in_full()
    {
        using var scratch = new ScratchFolder();
        Weights(scratch, weights =>
        {
            foreach (var name in weights.Keys.ToArray())
            {
                weights[name] = weights[name].to(ScalarType.BFloat16);
            }
        });
        using var model = ModelFolder.Load(scratch.Path, CPU);
        Assert.All(model.named_parameters(), entry => Assert.Equal(ScalarType.Float32, entry.parameter.dtype));
    }

    [Fact]
    public void The_policy_hash_follows_from_names_and_content_alone()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("config.json"), "c");
        File.WriteAllText(scratch.File("tokenizer.json"), "t");
        File.WriteAllText(scratch.File("model.safetensors"), "m");
        File.WriteAllText(scratch.File("README.md"), "says nothing");
        // printf 'config.json %s\nmodel.safetensors %s\ntokenizer.json %s\n' $(for x in c m t; do printf $x | sha256sum | cut -d' ' -f1; done) | sha256sum
        Assert.Equal("8c4b561ed5c350a9db833a65169274c50f354442939a04f2facc0c386a8614cb", PolicyHash.Of(scratch.Path));
        File.WriteAllText(scratch.File("tokenizer.json"), "u");
        Assert.NotEqual("8c4b561ed5c350a9db833a65169274c50f354442939a04f2facc0c386a8614cb", PolicyHash.Of(scratch.Path));
    }

    [Fact]
    public void The_hash_of_an_adapter_covers_its_base()
    {
        using var scratch = new ScratchFolder();
        var (adapter, model) = (Directory.CreateDirectory(scratch.File("lora-qwen2")).FullName, Directory.CreateDirectory(scratch.File("qwen2")).FullName);
        foreach (var (from, to) in new[] { ("lora-qwen2", adapter), ("qwen2", model) })
        {
            foreach (var file in Directory.GetFiles(new GoldenModel(from).Folder))
            {
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            }

            File.WriteAllText(Path.Combine(to, "tokenizer.json"), "t");
        }

        var hash = PolicyHash.Of(adapter);
        Assert.NotEqual(hash, PolicyHash.Of(model));
        File.WriteAllText(Path.Combine(model, "tokenizer.json"), "u");
        Assert.NotEqual(hash, PolicyHash.Of(adapter));
    }

    [Theory]
    [InlineData("gpt2", "activation_function", "\"relu\"", "activation_function relu")]
    [InlineData("gpt2", "scale_attn_by_inverse_layer_idx", "true", "scale_attn_by_inverse_layer_idx")]
    [InlineData("gpt2", "n_head", "3", "n_embd 16 is no multiple of n_head 3")]
    [InlineData("qwen2", "use_sliding_window", "true", "use_sliding_window")]
    [InlineData("mistral", "sliding_window", "0", "sliding_window")]
    [InlineData("llama3", "quantization_config", """{"bits":4}""", "quantization_config")]
    [InlineData("llama3-v5", "rope_parameters", """{"rope_type":"llama3","rope_theta":10000,"factor":8,"low_freq_factor":4,"high_freq_factor":1,"original_max_position_embeddings":128}""", "low_freq_factor")]
    public void Each_family_refuses_what_it_does_not_compute(string name, string member, string value, string reason)
    {
        using var scratch = new ScratchFolder();
        Config(scratch, config => config[member] = JsonNode.Parse(value), name);
        Assert.Contains(reason, Assert.Throws<TrainerException>(() => DecoderConfigReader.Read(scratch.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Mistral_without_the_member_has_the_window_of_the_first_one_and_with_null_none()
    {
        using var scratch = new ScratchFolder();
        Config(scratch, config => config.Remove("sliding_window"), "mistral");
        Assert.Equal(4096, DecoderConfigReader.Read(scratch.Path).SlidingWindow);
        Config(scratch, config => config["sliding_window"] = null, "mistral");
        Assert.Null(DecoderConfigReader.Read(scratch.Path).SlidingWindow);
    }

    private static string Refusal(ScratchFolder scratch) => Assert.Throws<TrainerException>(() => ModelFolder.Load(scratch.Path, CPU)).Message;

    private static void Config(ScratchFolder scratch, Action<JsonObject> change, string model = "tied")
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(new GoldenModel(model).Folder, "config.json")))!.AsObject();
        change(config);
        File.WriteAllText(scratch.File("config.json"), config.ToJsonString());
    }

    private static void Weights(ScratchFolder scratch, Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        Config(scratch, _ => { });
        using var file = new SafetensorsFile(Path.Combine(new GoldenModel("tied").Folder, "model.safetensors"));
        var weights = file.Entries.ToDictionary(entry => entry.Name, file.Read);
        change(weights);
        SafetensorsWriter.Write(scratch.File("model.safetensors"), weights);
    }
}

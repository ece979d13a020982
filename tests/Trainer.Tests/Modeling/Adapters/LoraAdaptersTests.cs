using System.Text.Json.Nodes;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Modeling.Adapters;

public sealed class LoraAdaptersTests
{
    private static readonly LoraOptions s_attention = new(3, 6, ["q_proj", "v_proj"]);

    [Fact]
    public void Fresh_adapters_change_no_score_and_alone_are_trained()
    {
        var golden = new GoldenModel("tied");
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        LoraAdapters.Attach(model, s_attention, seed: 1);
        Close.To(golden.Logits, Scores(model, golden.Ids));
        Assert.Equal(8, model.Trainable().Count());
        Assert.All(model.Trainable(), entry => Assert.Contains(".lora_", entry.Name, StringComparison.Ordinal));
        Assert.Contains("model.layers.1.self_attn.v_proj.lora_B.weight", model.Trainable().Select(entry => entry.Name));
        model.Backward(model.Logits(model.Hidden(Input(golden.Ids))).sum());
        Assert.All(model.named_parameters(), entry => Assert.Equal(LoraAdapters.Holds(entry.name), entry.parameter.grad is not null));
    }

    [Fact]
    public void Switched_off_the_base_model_shows_and_at_start_the_model_that_a_run_began_with()
    {
        var golden = new GoldenModel("tied");
        using var scratch = new ScratchFolder();
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        LoraAdapters.Attach(model, s_attention, seed: 1);
        Shift(model, 0.1);
        var start = Scores(model, golden.Ids);
        AdapterFolder.Write(scratch.Path, model, golden.Folder);

        using var trained = golden.Load();
        AdapterFolder.Attach(trained, scratch.Path);
        Assert.Equal(start, Scores(trained, golden.Ids));
        Shift(trained, 0.2);
        Assert.NotEqual(start, Scores(trained, golden.Ids));
        using (trained.AdaptersAtStart())
        {
            Assert.Equal(start, Scores(trained, golden.Ids));
            using (trained.AdaptersOff())
            {
                Close.To(golden.Logits, Scores(trained, golden.Ids));
            }

            Assert.Equal(start, Scores(trained, golden.Ids));
        }

        Assert.NotEqual(start, Scores(trained, golden.Ids));
    }

    [Fact]
    public void A_written_model_has_its_adapters_merged_in()
    {
        var golden = new GoldenModel("untied");
        using var scratch = new ScratchFolder();
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        LoraAdapters.Attach(model, new LoraOptions(4, 4, [LoraOptions.AllLinear], RankStabilized: true), seed: 2);
        Shift(model, 0.05);
        ModelFolder.Write(scratch.Path, model, golden.Folder);
        using var merged = ModelFolder.Load(scratch.Path, CPU);
        Assert.Empty(LoraAdapters.Of(merged));
        Close.To(Scores(model, golden.Ids), Scores(merged, golden.Ids));
    }

    [Fact]
    public void A_target_that_is_no_projection_is_refused_with_the_names_there_are()
    {
        using var scope = NewDisposeScope();
        using var model = new GoldenModel("tied").Load();
        var refusal = Assert.Throws<TrainerException>(() => LoraAdapters.Attach(model, new LoraOptions(1, 1, ["q_proj", "c_attn"]), 1)).Message;
        Assert.Equal("LoRA targets are q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj or all-linear in a llama model; c_attn is none.", refusal);
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "peft_type IA3")]
    [InlineData("bias", "\"all\"", "bias all")]
    [InlineData("use_dora", "true", "use_dora")]
    [InlineData("modules_to_save", """["lm_head"]""", "modules_to_save")]
    [InlineData("rank_pattern", """{"q_proj":4}""", "rank_pattern")]
    [InlineData("target_modules", "\".*q_proj\"", "target_modules")]
    [InlineData("r", "5", "has shape [3, 24]")]
    [InlineData("target_modules", """["q_proj"]""", "holds base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight")]
    [InlineData("target_modules", """["q_proj","k_proj","v_proj"]""", "lacks base_model.model.model.layers.0.self_attn.k_proj.lora_A.weight")]
    public void An_adapter_that_does_not_fit_is_refused_by_name(string member, string value, string reason)
    {
        var golden = new GoldenModel("tied");
        using var scratch = new ScratchFolder();
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        LoraAdapters.Attach(model, s_attention, seed: 1);
        AdapterFolder.Write(scratch.Path, model, golden.Folder);
        var config = JsonNode.Parse(File.ReadAllText(scratch.File("adapter_config.json")))!;
        config[member] = JsonNode.Parse(value);
        File.WriteAllText(scratch.File("adapter_config.json"), config.ToJsonString());
        using var other = golden.Load();
        Assert.Contains(reason, Assert.Throws<TrainerException>(() => AdapterFolder.Attach(other, scratch.Path)).Message, StringComparison.Ordinal);
    }

    private static void Shift(CausalDecoder model, double by)
    {
        using var grad = no_grad();
        foreach (var (_, weight) in model.Trainable())
        {
            weight.add_(by);
        }
    }

    private static float[] Scores(CausalDecoder model, int[] ids)
    {
        using var grad = no_grad();
        return model.Logits(model.Hidden(Input(ids))).data<float>().ToArray();
    }

    private static Tensor Input(int[] ids) => tensor(Array.ConvertAll(ids, id => (long)id)).reshape(1, ids.Length);
}

using System.Text.Json.Nodes;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Rewards;

/// <summary>A decoder whose last state is turned into one number by a head. The folder layout is Hugging Face's of sequence classifiers with one label.</summary>
/// <remarks>The reward stands at the end token of the answer. A model without the end token in its rows would be read at another place, so keep the tokenizer.</remarks>
internal sealed class RewardModel : IDisposable
{
    public const string HeadName = "score.weight";

    private RewardModel(CausalDecoder decoder, Parameter head)
    {
        (Decoder, Head) = (decoder, head);
    }

    public CausalDecoder Decoder { get; }

    /// <summary>[1, H], float32</summary>
    public Parameter Head { get; }

    /// <summary>Puts a head of zeros on a decoder: every answer is worth the same at first. This owns the decoder then.</summary>
    public static RewardModel On(CausalDecoder decoder) =>
        new(decoder, new Parameter(zeros(1, decoder.Config.HiddenSize, dtype: ScalarType.Float32, device: decoder.Place)));

    /// <summary>Loads what <see cref="Write"/> wrote.</summary>
    public static RewardModel Load(string folder, Device device, ScalarType? type = null)
    {
        var path = Path.Combine(folder, WeightFiles.SingleName);
        if (!File.Exists(path))
        {
            throw TrainerException.BadInput($"{path} does not exist. A reward model is a folder that train --stage reward wrote.");
        }

        using var file = new SafetensorsFile(path);
        var entries = file.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        if (!entries.ContainsKey(HeadName))
        {
            throw TrainerException.BadInput($"{path} has no {HeadName}, so it is no reward model; train one with train --stage reward.");
        }

        var model = On(CausalDecoder.Create(DecoderConfigReader.Read(folder), device, type ?? ScalarType.Float32));
        foreach (var (name, target) in model.Named().Where(entry => entries.ContainsKey(entry.Key)))
        {
            file.ReadInto(entries[name], target);
        }

        return model;
    }

    /// <param name="rows">Whole sequences; each is read to its last token.</param>
    /// <returns>Rewards [B], float32, in the order of the rows.</returns>
    public Tensor Rewards(IReadOnlyList<TokenRow> rows)
    {
        using var scope = NewDisposeScope();
        // A packed stream gives the state before each response token, so the state of the last token is that before a token that is never read.
        var batch = new PackedBatch([.. rows.Select(row => new TokenRow([.. row.Ids, 0], row.Ids.Length))], Decoder.Config.HiddenSize, Decoder.Place);
        var last = Decoder.Hidden(batch.Tokens).index_select(0, batch.States).to(ScalarType.Float32);   // [B, H]
        return F.linear(last, Head).view(rows.Count).MoveToOuterDisposeScope();
    }

    /// <summary>Writes a sequence classifier with one label into an existing folder: config, tokenizer, the decoder with adapters merged in and without its output head, <c>score.weight</c>.</summary>
    public void Write(string folder, string source)
    {
        var config = JsonNode.Parse(File.ReadAllBytes(Path.Combine(source, "config.json")))!.AsObject();
        var family = Decoder.Config.ModelType switch { "llama" => "Llama", "mistral" => "Mistral", "qwen2" => "Qwen2", "qwen3" => "Qwen3", "gpt2" => "GPT2", var other => other };
        config["architectures"] = new JsonArray($"{family}ForSequenceClassification");
        config["num_labels"] = 1;
        config["id2label"] = new JsonObject { ["0"] = "LABEL_0" };
        config["label2id"] = new JsonObject { ["LABEL_0"] = 0 };
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString(new() { WriteIndented = true }) + "\n");
        ModelFolder.CopyTokenizer(source, folder);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var merged = LoraAdapters.Projections(Decoder).Where(entry => entry.Projection.Adapter is not null)
            .ToDictionary(entry => $"{entry.Name}.weight", entry => entry.Projection, StringComparer.Ordinal);
        SafetensorsWriter.Write(Path.Combine(folder, WeightFiles.SingleName), Named().Select(entry => KeyValuePair.Create(
            entry.Key, merged.TryGetValue(entry.Key, out var projection) ? projection.MergedWeight().to(entry.Value.dtype) : entry.Value)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Decoder.Dispose();
        Head.Dispose();
    }

    /// <summary>What the folder holds: the decoder without output head and adapters, and the head.</summary>
    private IEnumerable<KeyValuePair<string, Tensor>> Named() => Decoder.named_parameters()
        .Where(entry => entry.name != "lm_head.weight" && !LoraAdapters.Holds(entry.name))
        .Select(entry => KeyValuePair.Create(entry.name, (Tensor)entry.parameter))
        .Append(KeyValuePair.Create(HeadName, (Tensor)Head));
}

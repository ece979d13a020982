using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Rewards;

/// <summary>A decoder whose last state is turned into one number by a head. The folder layout is Hugging Face's of sequence classifiers with one label.</summary>
/// <remarks>The reward stands at the end token of the answer. A model without the end token in its rows would be read at another place, so keep the tokenizer.</remarks>
internal sealed class RewardModel : IDisposable
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, NewLine = "\n" };

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
        var decoder = DecoderConfigReader.Read(folder);
        using var weights = new WeightFiles(folder);
        if (!weights.Names.Contains(HeadName))
        {
            throw TrainerException.BadInput($"The weights in {folder} have no {HeadName}, so they are no reward model's; train one with train --stage reward.");
        }

        var model = On(CausalDecoder.Create(decoder, device, type ?? ScalarType.Float32));
        ModelFolder.FillHeadless(model.Decoder, weights, folder);
        weights.ReadInto(HeadName, model.Head);
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
        var file = Path.Combine(folder, "config.json");
        ModelConfigFile.Write(Path.Combine(AdapterFolder.BaseOf(source), "config.json"), file, Decoder.DType);
        var config = JsonNode.Parse(File.ReadAllBytes(file))!.AsObject();
        var family = Decoder.Config.ModelType switch { "gpt2" => "GPT2", var name => char.ToUpperInvariant(name[0]) + name[1..] };
        config["architectures"] = new JsonArray($"{family}ForSequenceClassification");
        config["num_labels"] = 1;
        config["id2label"] = new JsonObject { ["0"] = "LABEL_0" };
        config["label2id"] = new JsonObject { ["LABEL_0"] = 0 };
        File.WriteAllText(file, $"{config.ToJsonString(s_indented)}\n");
        ModelFolder.CopyTokenizer(source, folder);
        using var grad = no_grad();
        var own = ModelFolder.Stored(Decoder, Decoder.DType).Where(tensor => tensor.Name != "lm_head.weight");
        ShardedWriter.Write(folder, own.Append(new StoredTensor(HeadName, Head.shape, ScalarType.Float32, () => Head)), new WriteOptions().ShardBytes);
    }

    /// <summary>Frees decoder and head.</summary>
    public void Dispose()
    {
        Decoder.Dispose();
        Head.Dispose();
    }
}

using System.Collections.Immutable;
using System.CommandLine;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using Orleans.Dpo.Trainer.Recipes;
using Orleans.Dpo.Trainer.References;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary>The options of <c>train</c>: what each means, its default, its unit, its source, and which stages it belongs to. One given to another stage is refused.</summary>
internal sealed class TrainArguments
{
    public static readonly string[] Stages = ["sft", "dpo", "kto", "reward"];
    private static readonly List<(Option Option, string[] Stages)> s_all = [];

    private static readonly Option<string> s_stage = Required("--stage", "What to learn from: sft (texts), dpo (pairs or rankings), kto (answers called good or bad), reward (pairs or rankings; a model that scores).");
    private static readonly Option<string> s_model = Required("--model", "Folder to start from in Hugging Face layout (config.json, tokenizer.json, model.safetensors), or an adapter folder in PEFT's, which is trained on.");
    private static readonly Option<string> s_data = Required("--data", "JSON lines. sft: {text} or {prompt, completion}. dpo, reward: {prompt, chosen, rejected}, as TRL writes them, or {prompt, ranked: [best, …, worst]}. kto: {prompt, completion, label}.");
    private static readonly Option<string> s_out = Required("--out", "Folder that gets policy/, metrics.jsonl, checkpoints/ and cache/, and adapter/ when adapters are trained. The same command again goes on from the newest checkpoint.");

    private static readonly Option<string?> s_init = Of<string?>("sft", "--init", null, "random: start from fresh weights; the model folder then needs config and tokenizer only. Default: the folder's weights.");
    private static readonly Option<string> s_counted = Of("sft", "--sft-loss", "response", "What counts of {prompt, completion}: response, or full for the prompt too.");
    private static readonly Option<string?> s_validation = Of<string?>("sft reward", "--validation", null, "JSON lines to measure on after training: nats a token (sft), share of rows put in the right order (reward). Default: nothing is measured.");
    private static readonly Option<string?> s_reference = Of<string?>("dpo kto", "--reference", null, "Folder of the reference policy. Default: the starting policy, with the adapter it started with. simpo has none.");
    private static readonly Option<string?> s_values = Of<string?>("dpo kto", "--reference-values", null, "cached: log-probabilities are computed once and kept under a hash of reference and rows. online: a second copy of the weights runs in every step (none is needed where adapters are trained). Default: cached.");
    private static readonly Option<int> s_syncSteps = Of("dpo kto", "--reference-sync-steps", 0, "Updates between two synchronisations of the reference with the policy (TR-DPO, arXiv:2404.09656; 512 there); 0 keeps it frozen.");
    private static readonly Option<double> s_syncShare = Of("dpo kto", "--reference-sync-share", 0.6, "a in (0, 1]: reference ← a·policy + (1−a)·reference at a synchronisation (TR-DPO, α there).");
    private static readonly Option<string> s_loss = Of("dpo", "--loss", "sigmoid", $"A loss by name: {string.Join(", ", PreferenceLosses.Names)}, {RankingRecipe.LossName} (rankings); or a sum such as \"sigmoid + 0.2*sft\" (docs/paper-index.md).");
    private static readonly Option<double?> s_beta = Of<double?>("dpo kto", "--beta", null, "β > 0, dimensionless; larger keeps the policy nearer the reference; usual 0.1 to 0.5 (arXiv:2305.18290). Default: 0.1; 2 for simpo, 5 for sigmoidNorm.");
    private static readonly Option<double?> s_smoothing = Of<double?>("dpo", "--label-smoothing", null, "ε in [0, 0.5), share of labels assumed flipped; sigmoid (cDPO), robust (arXiv:2403.00409), exo. Default: 0; 0.001 for exo.");
    private static readonly Option<double?> s_nll = Of<double?>("dpo", "--nll-weight", null, "Weight of the chosen answer's nats a token; dpoNll (arXiv:2404.19733). Default: 1; 0.2 in arXiv:2407.21783.");
    private static readonly Option<double?> s_margin = Of<double?>("dpo", "--margin", null, "δ ≥ 0, in units of reward: how far apart rewards should be; margin. Default: 0.");
    private static readonly Option<double?> s_marginScale = Of<double?>("dpo", "--margin-scale", null, "α ≥ 0, multiplies the rows' own margins when --row-fields names margin; margin (ODPO, arXiv:2402.10571). Default: 1.");
    private static readonly Option<double?> s_penalty = Of<double?>("dpo", "--dpop-penalty", null, "λ ≥ 0, counts nats that a chosen answer lost against its reference; dpop (arXiv:2402.13228). Default: 50; 5 is mild.");
    private static readonly Option<double?> s_simpo = Of<double?>("dpo", "--simpo-margin-ratio", null, "γ/β ≥ 0, nats a token; simpo (arXiv:2405.14734). Default: 0.5; 0.1 to 0.8 there.");
    private static readonly Option<double?> s_floor = Of<double?>("dpo", "--floor", null, "τ, units of reward: below it chosen answers are pushed up; chosenFloorHinge. Default: 1.");
    private static readonly Option<double?> s_floorWeight = Of<double?>("dpo", "--floor-weight", null, "α ≥ 0, weight of that push; chosenFloorHinge. Default: 1.");
    private static readonly Option<double?> s_desirable = Of<double?>("kto", "--desirable-weight", null, "λ_D ≥ 0, weight of good answers; keep λ_D·n_D / (λ_U·n_U) between 1 and 1.5 (arXiv:2402.01306). Default: 1.");
    private static readonly Option<double?> s_undesirable = Of<double?>("kto", "--undesirable-weight", null, "λ_U ≥ 0, weight of bad answers. Default: 1.");
    private static readonly Option<string> s_fields = Of("dpo reward", "--row-fields", "", "Columns of the rows that act, with commas between: weight (> 0), p_chosen (soft label in (0, 1]), margin (≥ 0). Every row must have them. reward takes margin.");
    private static readonly Option<string> s_weights = Of("dpo", "--row-weights", "loss", "What the column weight does: loss multiplies a row's loss (weights have mean 1 over the file), sample draws rows in proportion to it.");
    private static readonly Option<string?> s_heldOut = Of<string?>("dpo kto reward", "--held-out-prompt-ids", null, "Text file, one prompt id a line; a row about one of them stops the run. Default: not checked.");

    private static readonly Option<int?> s_loraRank = Of<int?>("", "--lora-rank", null, "Train adapters of this rank in place of all weights (LoRA, arXiv:2106.09685; 8 to 64 are usual). Default: all weights are trained.");
    private static readonly Option<double?> s_loraAlpha = Of<double?>("", "--lora-alpha", null, "α > 0: an adapter is scaled by α / rank. Default: twice the rank.");
    private static readonly Option<string?> s_loraTargets = Of<string?>("", "--lora-targets", null, $"Projections that get an adapter, with commas between, such as q_proj,v_proj. Default: {LoraOptions.AllLinear}, every projection but the output head.");
    private static readonly Option<bool> s_checkpointing = Of("", "--gradient-checkpointing", false, "Keep each layer's input alone and compute the rest again in the backward pass: less memory, about a third more work (arXiv:1604.06174).");
    private static readonly Option<string> s_type = Of("", "--dtype", "float32", "Type of weights and matrix products: float32 or bfloat16. Norms, attention weights, log-probabilities and losses are float32.");

    private static readonly Option<int> s_epochs = Of("", "--epochs", 1, "Passes over the rows.");
    private static readonly Option<int> s_batch = Of("", "--batch-size", 16, "Rows, pairs or rankings of one forward pass; kto needs at least 2.");
    private static readonly Option<int> s_accumulate = Of("", "--accumulation-steps", 1, "Forward passes of one optimizer step; n passes of b rows give what one of n·b gives. 1 for kto, whose loss is one of the whole batch.");
    private static readonly Option<double> s_rate = Of("", "--learning-rate", 5e-7, "Peak learning rate of AdamW; 5e-7 suits models of billions of parameters, 1e-5 their adapters, 3e-4 a model of two million.");
    private static readonly Option<double> s_warmup = Of("", "--warmup-share", 0.1, "Share of all steps in which the rate rises linearly, 0 to 1.");
    private static readonly Option<double> s_final = Of("", "--final-learning-rate-share", 0.0, "Rate of the last step as a share of the peak; linear between, 0 to 1.");
    private static readonly Option<double> s_clip = Of("", "--gradient-clip", 1.0, "Largest gradient norm; larger gradients are scaled down to it.");
    private static readonly Option<double> s_beta1 = Of("", "--adam-beta1", 0.9, "AdamW β₁ (arXiv:1711.05101).");
    private static readonly Option<double> s_beta2 = Of("", "--adam-beta2", 0.99, "AdamW β₂ (arXiv:1711.05101).");
    private static readonly Option<double> s_decay = Of("", "--weight-decay", 0.0, "Decoupled decay of matrices, a share of the learning rate a step; norm weights never decay (arXiv:1711.05101).");
    private static readonly Option<int> s_length = Of("", "--max-length", 1024, "Tokens of a whole sequence. A longer row is left out, counted and reported; nothing is cut.");
    private static readonly Option<int> s_bucket = Of("", "--bucket-steps", 1, "Steps whose rows are sorted by length together to save padding; 1 shuffles freely.");
    private static readonly Option<long> s_seed = Of("", "--seed", 0L, "Seed of data order, of fresh adapters and of random start weights.");
    private static readonly Option<int> s_threads = Of("", "--threads", 0, "CPU threads; 0 leaves one core to others. Bit-exact resumption holds for one number of threads.");
    private static readonly Option<int> s_every = Of("", "--checkpoint-every", 0, "Steps between checkpoints; 0 keeps none but those asked for.");
    private static readonly Option<int> s_keep = Of("", "--keep-checkpoints", 2, "Newest checkpoints kept.");
    private static readonly Option<string> s_device = Of("", "--device", "cpu", "cpu, or cuda:0 and so on where the tensor library has it.");

    private readonly ParseResult _parsed;

    public TrainArguments(ParseResult parsed)
    {
        _parsed = parsed;
        foreach (var (option, stages) in s_all)
        {
            if (stages.Length > 0 && Stages.Contains(Stage) && !stages.Contains(Stage) && parsed.GetResult(option) is { Implicit: false })
            {
                throw TrainerException.BadInput($"The stage {Stage} does not use {option.Name}, which belongs to {string.Join(" and ", stages)}; leave it out.");
            }
        }
    }

    public static IEnumerable<Option> All => s_all.Select(entry => entry.Option);

    public string Stage => _parsed.GetValue(s_stage)!;

    public SftOptions Sft() => new()
    {
        Training = Training(),
        RandomStart = OneOf(s_init, "random") is not null,
        Full = OneOf(s_counted, "response", "full") == "full",
        ValidationRows = _parsed.GetValue(s_validation),
    };

    public DpoOptions Dpo() => new()
    {
        Training = Training(),
        Reference = _parsed.GetValue(s_reference),
        ReferenceValues = Reference(),
        Loss = _parsed.GetValue(s_loss)!,
        LossNumbers = Numbers(s_beta, s_smoothing, s_nll, s_margin, s_marginScale, s_penalty, s_simpo, s_floor, s_floorWeight),
        Fields = RowFields.Of(List(s_fields)),
        SampleByWeight = OneOf(s_weights, "loss", "sample") == "sample",
        HeldOutPromptIds = _parsed.GetValue(s_heldOut),
    };

    public KtoOptions Kto() => new()
    {
        Training = Training(),
        Reference = _parsed.GetValue(s_reference),
        ReferenceValues = Reference(),
        LossNumbers = Numbers(s_beta, s_desirable, s_undesirable),
        HeldOutPromptIds = _parsed.GetValue(s_heldOut),
    };

    public RewardOptions Reward() => new()
    {
        Training = Training(),
        Margins = RowFields.Of(List(s_fields)) switch
        {
            { Weight: false, SoftLabel: false } fields => fields.Margin,
            _ => throw TrainerException.BadInput("The stage reward uses the row field margin alone; leave the others out."),
        },
        ValidationRows = _parsed.GetValue(s_validation),
        HeldOutPromptIds = _parsed.GetValue(s_heldOut),
    };

    private TrainingOptions Training()
    {
        var output = _parsed.GetValue(s_out)!;
        return OptionRanges.Check(new TrainingOptions
        {
            Model = _parsed.GetValue(s_model)!,
            Rows = _parsed.GetValue(s_data)!,
            Output = output,
            Checkpoints = Path.Combine(output, "checkpoints"),
            Cache = Path.Combine(output, "cache"),
            Epochs = _parsed.GetValue(s_epochs),
            BatchSize = _parsed.GetValue(s_batch),
            AccumulationSteps = _parsed.GetValue(s_accumulate),
            LearningRate = _parsed.GetValue(s_rate),
            WarmupShare = _parsed.GetValue(s_warmup),
            FinalLearningRateShare = _parsed.GetValue(s_final),
            GradientClip = _parsed.GetValue(s_clip),
            AdamBeta1 = _parsed.GetValue(s_beta1),
            AdamBeta2 = _parsed.GetValue(s_beta2),
            WeightDecay = _parsed.GetValue(s_decay),
            MaxLength = _parsed.GetValue(s_length),
            BucketSteps = _parsed.GetValue(s_bucket),
            Seed = _parsed.GetValue(s_seed),
            Threads = Threads.Resolve(_parsed.GetValue(s_threads)),
            CheckpointEverySteps = _parsed.GetValue(s_every),
            KeepCheckpoints = _parsed.GetValue(s_keep),
            Device = _parsed.GetValue(s_device)!,
            DType = OptionRanges.TypeOf(_parsed.GetValue(s_type)!),
            GradientCheckpointing = _parsed.GetValue(s_checkpointing),
            Lora = OptionRanges.Lora(_parsed.GetValue(s_loraRank), _parsed.GetValue(s_loraAlpha), _parsed.GetValue(s_loraTargets)),
        });
    }

    private ReferenceOptions Reference() => new ReferenceOptions
    {
        Online = OneOf(s_values, "cached", "online") == "online",
        SyncEverySteps = _parsed.GetValue(s_syncSteps),
        SyncShare = _parsed.GetValue(s_syncShare),
    }.Checked(withAdapters: false, cacheAskedFor: _parsed.GetValue(s_values) == "cached");

    private ImmutableSortedDictionary<string, double> Numbers(params Option<double?>[] options) => options
        .Where(option => _parsed.GetValue(option) is not null)
        .ToImmutableSortedDictionary(option => option.Name.TrimStart('-'), option => _parsed.GetValue(option)!.Value, StringComparer.Ordinal);

    private string[] List(Option<string> option) => _parsed.GetValue(option)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string? OneOf(Option option, params string[] words)
    {
        var given = _parsed.GetValue((Option<string?>)option);
        return given is null || words.Contains(given)
            ? given
            : throw TrainerException.BadInput($"{option.Name} {given} is unknown; it is {string.Join(" or ", words)}.");
    }

    private static Option<string> Required(string name, string description)
    {
        var option = new Option<string>(name) { Description = description, Required = true };
        s_all.Add((option, []));
        return option;
    }

    /// <summary>An option of the named stages, with spaces between; of all where none is named.</summary>
    private static Option<T> Of<T>(string stages, string name, T value, string description)
    {
        var used = stages.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var option = new Option<T>(name) { Description = used.Length > 0 ? $"[{string.Join(", ", used)}] {description}" : description };
        if (value is not null)
        {
            option.DefaultValueFactory = _ => value;
        }

        s_all.Add((option, used));
        return option;
    }
}

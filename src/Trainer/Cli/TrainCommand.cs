using System.CommandLine;
using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Recipes;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary><c>train</c>: one stage of training from files to files.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> s_stage = Required("--stage", "What to learn from: sft (texts to imitate) or dpo (pairs).");
    private static readonly Option<string> s_model = Required("--model", "Folder of the start policy in Hugging Face layout (config.json, tokenizer.json, model.safetensors).");
    private static readonly Option<string> s_data = Required("--data", "JSON lines. sft: {text} or {prompt, completion}. dpo: {prompt, chosen, rejected}, as TRL writes them.");
    private static readonly Option<string> s_out = Required("--out", "Folder that gets policy/, metrics.jsonl, checkpoints/ and cache/. The same command again goes on from the newest checkpoint.");
    private static readonly Option<string?> s_init = Optional<string?>("--init", null, "random: start from fresh weights; the model folder then needs config and tokenizer only (sft).");
    private static readonly Option<string?> s_validation = Optional<string?>("--validation", null, "JSON lines to measure nats a token on after training (sft).");
    private static readonly Option<string?> s_reference = Optional<string?>("--reference", null, "Folder of the frozen reference; the start policy when not given (dpo).");
    private static readonly Option<string> s_loss = Optional("--loss", "sigmoid", $"Loss by name: {string.Join(", ", PreferenceLosses.Names)} (dpo; docs/paper-index.md).");
    private static readonly Option<double> s_beta = Optional("--beta", 0.1, "β, dimensionless; larger keeps the policy nearer the reference; usual 0.1 to 0.5 (dpo; arXiv:2305.18290).");
    private static readonly Option<double> s_smoothing = Optional("--label-smoothing", 0.0, "ε, share of labels assumed flipped, in [0, 0.5) (dpo; sigmoid and robust).");
    private static readonly Option<string?> s_heldOut = Optional<string?>("--held-out-prompt-ids", null, "Text file, one prompt id a line; a row about one of them stops the run (dpo).");
    private static readonly Option<int> s_epochs = Optional("--epochs", 1, "Passes over the rows.");
    private static readonly Option<int> s_batch = Optional("--batch-size", 16, "Rows (sft) or pairs (dpo) of one forward pass.");
    private static readonly Option<int> s_accumulate = Optional("--accumulation-steps", 1, "Forward passes of one optimizer step; n passes of b rows give what one of n·b gives.");
    private static readonly Option<double> s_rate = Optional("--learning-rate", 5e-7, "Peak learning rate of AdamW; 5e-7 suits models of billions of parameters, 3e-4 one of two million.");
    private static readonly Option<double> s_warmup = Optional("--warmup-share", 0.1, "Share of all steps in which the rate rises linearly, 0 to 1.");
    private static readonly Option<double> s_final = Optional("--final-learning-rate-share", 0.0, "Rate of the last step as a share of the peak; linear between, 0 to 1.");
    private static readonly Option<double> s_clip = Optional("--gradient-clip", 1.0, "Largest gradient norm; larger gradients are scaled down to it.");
    private static readonly Option<double> s_beta1 = Optional("--adam-beta1", 0.9, "AdamW β₁ (arXiv:1711.05101).");
    private static readonly Option<double> s_beta2 = Optional("--adam-beta2", 0.99, "AdamW β₂ (arXiv:1711.05101).");
    private static readonly Option<double> s_decay = Optional("--weight-decay", 0.0, "Decoupled decay of matrices; norm weights never decay.");
    private static readonly Option<int> s_length = Optional("--max-length", 1024, "Tokens of a whole sequence. A longer row is left out, counted and reported; nothing is cut.");
    private static readonly Option<int> s_bucket = Optional("--bucket-steps", 1, "Steps whose rows are sorted by length together to save padding; 1 shuffles freely.");
    private static readonly Option<long> s_seed = Optional("--seed", 0L, "Seed of data order and of random start weights.");
    private static readonly Option<int> s_threads = Optional("--threads", 0, "CPU threads; 0 leaves one core to others. Bit-exact resumption holds for one number of threads.");
    private static readonly Option<int> s_every = Optional("--checkpoint-every", 0, "Steps between checkpoints; 0 keeps none but those asked for.");
    private static readonly Option<int> s_keep = Optional("--keep-checkpoints", 2, "Newest checkpoints kept.");
    private static readonly Option<string> s_device = Optional("--device", "cpu", "cpu, or cuda:0 and so on where the tensor library has it.");

    public static Command Create()
    {
        var command = new Command("train", "Trains a policy on texts (sft) or on pairs (dpo).");
        foreach (var option in new Option[]
        {
            s_stage, s_model, s_data, s_out, s_init, s_validation, s_reference, s_loss, s_beta, s_smoothing, s_heldOut, s_epochs, s_batch, s_accumulate, s_rate,
            s_warmup, s_final, s_clip, s_beta1, s_beta2, s_decay, s_length, s_bucket, s_seed, s_threads, s_every, s_keep, s_device,
        })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => CommandRun.Guard(() => Run(parsed, cancellationToken)));
        return command;
    }

    private static void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = new ControlLines();
        using var stop = cancellationToken.Register(control.Cancel);
        var training = Training(parsed);
        switch (parsed.GetValue(s_stage))
        {
            case "sft":
                var imitated = SftRecipe.Run(Sft(parsed, training), control, ProgressLine.Print);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{imitated.Policy}  {imitated.PolicyHash}\n{imitated.Rows} rows, {imitated.RowsTooLong} left out for length, {imitated.Steps} steps, {imitated.Loss:F4} nats a token, validation {imitated.ValidationLoss:F4}"));
                break;
            case "dpo":
                var result = DpoRecipe.Run(Dpo(parsed, training), control, ProgressLine.Print);
                Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(result, JobJson.File));
                break;
            case var other:
                throw TrainerException.BadInput($"--stage {other} is unknown; it is sft or dpo.");
        }
    }

    private static TrainingOptions Training(ParseResult parsed)
    {
        var output = parsed.GetValue(s_out)!;
        return OptionRanges.Check(new TrainingOptions
        {
            Model = parsed.GetValue(s_model)!,
            Rows = parsed.GetValue(s_data)!,
            Output = output,
            Checkpoints = Path.Combine(output, "checkpoints"),
            Cache = Path.Combine(output, "cache"),
            Epochs = parsed.GetValue(s_epochs),
            BatchSize = parsed.GetValue(s_batch),
            AccumulationSteps = parsed.GetValue(s_accumulate),
            LearningRate = parsed.GetValue(s_rate),
            WarmupShare = parsed.GetValue(s_warmup),
            FinalLearningRateShare = parsed.GetValue(s_final),
            GradientClip = parsed.GetValue(s_clip),
            AdamBeta1 = parsed.GetValue(s_beta1),
            AdamBeta2 = parsed.GetValue(s_beta2),
            WeightDecay = parsed.GetValue(s_decay),
            MaxLength = parsed.GetValue(s_length),
            BucketSteps = parsed.GetValue(s_bucket),
            Seed = parsed.GetValue(s_seed),
            Threads = Threads.Resolve(parsed.GetValue(s_threads)),
            CheckpointEverySteps = parsed.GetValue(s_every),
            KeepCheckpoints = parsed.GetValue(s_keep),
            Device = parsed.GetValue(s_device)!,
        });
    }

    private static SftOptions Sft(ParseResult parsed, TrainingOptions training) => new()
    {
        Training = training,
        RandomStart = parsed.GetValue(s_init) switch
        {
            null => false,
            "random" => true,
            var other => throw TrainerException.BadInput($"--init {other} is unknown; the only value is random."),
        },
        ValidationRows = parsed.GetValue(s_validation),
    };

    private static DpoOptions Dpo(ParseResult parsed, TrainingOptions training) => new()
    {
        Training = training,
        Reference = parsed.GetValue(s_reference),
        Loss = parsed.GetValue(s_loss)!,
        Beta = parsed.GetValue(s_beta),
        LabelSmoothing = parsed.GetValue(s_smoothing),
        HeldOutPromptIds = parsed.GetValue(s_heldOut),
    };

    private static Option<string> Required(string name, string description) => new(name) { Description = description, Required = true };

    private static Option<T> Optional<T>(string name, T value, string description) => new(name) { Description = description, DefaultValueFactory = _ => value };
}

using System.CommandLine;
using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Evaluation;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Generation;
using Orleans.Dpo.Trainer.Jobs;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary><c>kl</c>: how far a policy went from the one it started from.</summary>
internal static class KlCommand
{
    private static readonly Option<string> s_model = new("--model") { Description = "Folder of the policy, such as OUT/policy.", Required = true };
    private static readonly Option<string> s_start = new("--start") { Description = "Folder of the policy to compare with; the same tokenizer.", Required = true };
    private static readonly Option<string> s_prompts = new("--prompts") { Description = "JSON lines {prompt_id?, prompt}.", Required = true };
    private static readonly Option<string> s_out = new("--out") { Description = "Folder that gets kl.json; in the folder of a run its report shows it (docs/formats/metrics.md).", Required = true };
    private static readonly Option<int> s_samples = new("--n") { Description = "Responses a prompt, sampled at temperature 1 from the whole vocabulary.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> s_limit = new("--max-new-tokens") { Description = "Upper limit of response tokens, the end token included.", DefaultValueFactory = _ => 256 };
    private static readonly Option<long> s_seed = new("--seed") { Description = "With prompt and sample number it fixes every response.", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> s_threads = new("--threads") { Description = "CPU threads; 0 leaves one core to others.", DefaultValueFactory = _ => 0 };
    private static readonly Option<string> s_device = new("--device") { Description = "cpu, or cuda:0 and so on.", DefaultValueFactory = _ => "cpu" };

    public static Command Create()
    {
        var command = new Command("kl", "Estimates KL(policy‖start) on responses of the policy: exact, k1, k2, k3, absolute; nats a response.");
        foreach (var option in new Option[] { s_model, s_start, s_prompts, s_out, s_samples, s_limit, s_seed, s_threads, s_device })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => CommandRun.Guard(() => Run(parsed, cancellationToken)));
        return command;
    }

    private static void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var sampling = new JobSampling(1, 1, parsed.GetValue(s_limit));
        SamplingRanges.Check(sampling, 32);
        SamplingRanges.CheckSamples(parsed.GetValue(s_samples));
        torch.set_num_threads(Threads.Resolve(parsed.GetValue(s_threads)));
        var (folder, startFolder) = (parsed.GetValue(s_model)!, parsed.GetValue(s_start)!);
        PolicyHash.RequireSameTokenizer(startFolder, folder, "The policy to compare with");
        var encoder = SequenceEncoder.Load(folder);
        var prompts = PromptRow.ReadAll(parsed.GetValue(s_prompts)!, encoder);
        if (prompts.Length == 0)
        {
            throw TrainerException.BadInput($"{parsed.GetValue(s_prompts)} has no prompt.");
        }

        using var policy = ModelFolder.Load(folder, torch.device(parsed.GetValue(s_device)!));
        using var start = ModelFolder.Load(startFolder, torch.device(parsed.GetValue(s_device)!));
        var sequences = ResponseGenerator.Run(policy, new GenerationRequest
        {
            Prompts = [.. prompts.Select(prompt => prompt.Ids)],
            SamplesPerPrompt = parsed.GetValue(s_samples),
            Sampling = sampling,
            Ends = encoder.Ends,
            BatchSize = 32,
            Seed = parsed.GetValue(s_seed),
        }, cancellationToken);
        var measures = PolicyDivergence.Measure(policy, start, [.. sequences.Select(sequence => ResponseRow.Tokens(sequence, prompts))], cancellationToken);
        var file = KlFile.Of(PolicyHash.Of(folder), PolicyHash.Of(startFolder), measures, sequences.Sum(sequence => (long)sequence.Tokens.Length));
        Directory.CreateDirectory(parsed.GetValue(s_out)!);
        file.Write(Path.Combine(parsed.GetValue(s_out)!, KlFile.FileName));
        foreach (var estimate in file.Estimators)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{estimate.Name,-9} {estimate.Nats,10:F4} ± {estimate.StandardError ?? double.NaN:F4} nats a response  ({estimate.Meaning})"));
        }
    }
}

using System.CommandLine;
using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Generation;
using Orleans.Dpo.Trainer.Jobs;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary><c>generate</c>: prompts in, sampled responses out.</summary>
internal static class GenerateCommand
{
    private static readonly Option<string> s_model = new("--model") { Description = "Folder of the policy in Hugging Face layout.", Required = true };
    private static readonly Option<string> s_prompts = new("--prompts") { Description = "JSON lines {prompt_id?, prompt}.", Required = true };
    private static readonly Option<string> s_out = new("--out") { Description = "File that gets one JSON line a response.", Required = true };
    private static readonly Option<int> s_samples = new("--n") { Description = "Responses a prompt.", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> s_temperature = new("--temperature") { Description = "Softmax temperature; 0 takes the likeliest token. On-policy sampling is 1.", DefaultValueFactory = _ => 1 };
    private static readonly Option<double> s_topP = new("--top-p") { Description = "Nucleus share in (0, 1]; 1 keeps every token (arXiv:1904.09751).", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> s_limit = new("--max-new-tokens") { Description = "Upper limit of response tokens, the end token included.", DefaultValueFactory = _ => 256 };
    private static readonly Option<int> s_batch = new("--batch-size") { Description = "Sequences decoded together; the result does not depend on it.", DefaultValueFactory = _ => 64 };
    private static readonly Option<long> s_seed = new("--seed") { Description = "With prompt and sample number it fixes every response.", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> s_threads = new("--threads") { Description = "CPU threads; 0 leaves one core to others.", DefaultValueFactory = _ => 0 };
    private static readonly Option<string> s_device = new("--device") { Description = "cpu, or cuda:0 and so on.", DefaultValueFactory = _ => "cpu" };
    private static readonly Option<string> s_type = new("--dtype") { Description = "Type of weights and matrix products: float32 or bfloat16.", DefaultValueFactory = _ => "float32" };

    public static Command Create()
    {
        var command = new Command("generate", "Samples responses to prompts.");
        foreach (var option in new Option[] { s_model, s_prompts, s_out, s_samples, s_temperature, s_topP, s_limit, s_batch, s_seed, s_threads, s_device, s_type })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => CommandRun.Guard(() => Run(parsed, cancellationToken)));
        return command;
    }

    private static void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var sampling = new JobSampling(parsed.GetValue(s_temperature), parsed.GetValue(s_topP), parsed.GetValue(s_limit));
        SamplingRanges.Check(sampling, parsed.GetValue(s_batch));
        SamplingRanges.CheckSamples(parsed.GetValue(s_samples));
        torch.set_num_threads(Threads.Resolve(parsed.GetValue(s_threads)));
        var folder = parsed.GetValue(s_model)!;
        var encoder = SequenceEncoder.Load(folder);
        var prompts = PromptRow.ReadAll(parsed.GetValue(s_prompts)!, encoder);
        using var model = ModelFolder.Load(folder, torch.device(parsed.GetValue(s_device)!), OptionRanges.TypeOf(parsed.GetValue(s_type)!));
        var request = new GenerationRequest
        {
            Prompts = [.. prompts.Select(prompt => prompt.Ids)],
            SamplesPerPrompt = parsed.GetValue(s_samples),
            Sampling = sampling,
            Ends = encoder.Ends,
            BatchSize = parsed.GetValue(s_batch),
            Seed = parsed.GetValue(s_seed),
        };
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var sequences = ResponseGenerator.Run(model, request, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        using var file = new ResponseFile(parsed.GetValue(s_out)!);
        foreach (var sequence in sequences)
        {
            file.Write(GeneratedRow.Of(sequence, prompts[sequence.Prompt], encoder));
        }

        var tokens = sequences.Sum(sequence => (long)sequence.Tokens.Length);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{sequences.Length} responses, {tokens} tokens, {seconds:F2} s, {tokens / seconds:F0} tokens/s"));
    }
}

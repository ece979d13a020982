using System.CommandLine;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Jobs;
using Orleans.Dpo.Trainer.LogProbabilities;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary><c>logps</c>: the log-probability of both answers of every pair.</summary>
internal static class LogpsCommand
{
    private static readonly Option<string> s_model = new("--model") { Description = "Folder of the policy in Hugging Face layout.", Required = true };
    private static readonly Option<string> s_data = new("--data") { Description = "JSON lines {prompt, chosen, rejected}.", Required = true };
    private static readonly Option<string> s_out = new("--out") { Description = "File that gets one JSON line a pair: chosen_logp, rejected_logp (nats), chosen_tokens, rejected_tokens.", Required = true };
    private static readonly Option<int> s_batch = new("--batch-size") { Description = "Sequences of one forward pass.", DefaultValueFactory = _ => 32 };
    private static readonly Option<int> s_length = new("--max-length") { Description = "Tokens of a whole sequence; a longer row is left out and counted.", DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> s_threads = new("--threads") { Description = "CPU threads; 0 leaves one core to others.", DefaultValueFactory = _ => 0 };
    private static readonly Option<string> s_device = new("--device") { Description = "cpu, or cuda:0 and so on.", DefaultValueFactory = _ => "cpu" };
    private static readonly Option<string> s_type = new("--dtype") { Description = "Type of weights and matrix products: float32 or bfloat16.", DefaultValueFactory = _ => "float32" };

    public static Command Create()
    {
        var command = new Command("logps", "Computes log-probabilities of both answers of every pair.");
        foreach (var option in new Option[] { s_model, s_data, s_out, s_batch, s_length, s_threads, s_device, s_type })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => CommandRun.Guard(() => Run(parsed, cancellationToken)));
        return command;
    }

    private static void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        OptionRanges.Require(parsed.GetValue(s_batch) > 0, "batch size", parsed.GetValue(s_batch), "at least 1");
        torch.set_num_threads(Threads.Resolve(parsed.GetValue(s_threads)));
        var folder = parsed.GetValue(s_model)!;
        var rows = PreferenceRows.Read(parsed.GetValue(s_data)!, SequenceEncoder.Load(folder), parsed.GetValue(s_length));
        using var model = ModelFolder.Load(folder, torch.device(parsed.GetValue(s_device)!), OptionRanges.TypeOf(parsed.GetValue(s_type)!));
        var sums = ResponseLogProbs.Of(model, new PairSequences(rows.Rows), parsed.GetValue(s_batch), cancellationToken);
        using var file = new ResponseFile(parsed.GetValue(s_out)!);
        for (var i = 0; i < rows.Rows.Count; i++)
        {
            var pair = rows.Rows[i];
            file.Write(new PairLogps(pair.PairId, sums[i], sums[rows.Rows.Count + i], pair.Chosen.ResponseLength, pair.Rejected.ResponseLength));
        }

        Console.Error.WriteLine($"{rows.Rows.Count} pairs, {rows.TooLong} left out for length.");
    }
}

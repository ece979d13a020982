using System.CommandLine;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary><c>export</c>: a model folder written again, with adapters merged in, in another type, or in shards.</summary>
internal static class ExportCommand
{
    private static readonly Option<string> s_model = new("--model") { Description = "Folder of a model, or of a LoRA adapter whose base is a folder here.", Required = true };
    private static readonly Option<string> s_out = new("--out") { Description = "Folder that gets a complete model; what was there is replaced.", Required = true };
    private static readonly Option<string> s_type = new("--dtype") { Description = "Type of the stored weights: float32, float16 or bfloat16.", DefaultValueFactory = _ => "float32" };
    private static readonly Option<double> s_shard = new("--max-shard-gb") { Description = "Largest file in 10⁹ bytes; a model above it is written as shards with an index.", DefaultValueFactory = _ => 5 };

    public static Command Create()
    {
        var command = new Command("export", "Writes a complete model folder: adapters merged in, weights in the type asked for.");
        foreach (var option in new Option[] { s_model, s_out, s_type, s_shard })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, _) => CommandRun.Guard(() => Run(parsed)));
        return command;
    }

    private static void Run(ParseResult parsed)
    {
        var type = parsed.GetValue(s_type) switch
        {
            "float32" => ScalarType.Float32,
            "float16" => ScalarType.Float16,
            "bfloat16" => ScalarType.BFloat16,
            var other => throw TrainerException.BadInput($"The stored type is {other}; it must be float32, float16 or bfloat16."),
        };
        OptionRanges.Require(parsed.GetValue(s_shard) > 0, "largest file", parsed.GetValue(s_shard), "above 0");
        var source = parsed.GetValue(s_model)!;
        using var model = ModelFolder.Load(source, CPU);
        DurableFolder.Replace(parsed.GetValue(s_out)!, fresh => ModelFolder.Write(fresh, model, source, new WriteOptions(type, (long)(parsed.GetValue(s_shard) * 1e9))));
    }
}

using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Optimization;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Checkpoints of one run: folders <c>step-000020</c>, each a complete model folder with optimizer and state beside it.</summary>
internal sealed class CheckpointStore(string folder, int keep, IEnumerable<KeyValuePair<string, Tensor>> beside)
{
    private const string OptimizerFile = "optimizer.safetensors";
    private const string BesideFile = "beside.safetensors";
    private const string StateFile = "state.json";

    public void Save(CausalDecoder model, string source, AdamW optimizer, TrainingState state)
    {
        var target = Path.Combine(folder, $"step-{state.Step.ToString("D6", CultureInfo.InvariantCulture)}");
        DurableFolder.Replace(target, fresh =>
        {
            ModelFolder.WriteTrained(fresh, model, source);
            SafetensorsWriter.Write(Path.Combine(fresh, OptimizerFile), optimizer.State);
            if (beside.Any())
            {
                SafetensorsWriter.Write(Path.Combine(fresh, BesideFile), beside);
            }

            File.WriteAllBytes(Path.Combine(fresh, StateFile), JsonSerializer.SerializeToUtf8Bytes(state, JobJson.File));
        });
        foreach (var stale in Steps().SkipLast(keep))
        {
            Directory.Delete(stale, recursive: true);
        }
    }

    /// <summary>Puts the newest checkpoint into model and optimizer; null when there is none.</summary>
    public TrainingState? Resume(CausalDecoder model, AdamW optimizer, IReadOnlyDictionary<string, string> run)
    {
        RecoverInterrupted();
        if (Steps() is not [.., var newest])
        {
            return null;
        }

        var state = JsonSerializer.Deserialize<TrainingState>(File.ReadAllBytes(Path.Combine(newest, StateFile)), JobJson.File)!;
        CheckSameRun(state, run, newest);
        ModelFolder.Restore(model, newest);
        Load(Path.Combine(newest, OptimizerFile), optimizer.State);
        if (beside.Any())
        {
            Load(Path.Combine(newest, BesideFile), beside);
        }

        optimizer.Steps = state.Step;
        return state;
    }

    private void RecoverInterrupted()
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var half in Directory.GetDirectories(folder).Where(name => Path.GetExtension(name) is ".new" or ".old"))
        {
            DurableFolder.Recover(half[..^4]);
        }
    }

    private List<string> Steps() => Directory.Exists(folder)
        ? [.. Directory.EnumerateDirectories(folder, "step-*").Where(name => !Path.HasExtension(name)).Order(StringComparer.Ordinal)]
        : [];

    private static void CheckSameRun(TrainingState state, IReadOnlyDictionary<string, string> run, string checkpoint)
    {
        foreach (var (name, value) in run)
        {
            var stored = state.Run.GetValueOrDefault(name);
            if (stored != value)
            {
                throw TrainerException.BadInput(
                    $"{checkpoint} belongs to another run: its {name} is {stored ?? "not recorded"}, this run's is {value}. Give another output folder, or remove the checkpoints to start afresh.");
            }
        }
    }

    private static void Load(string path, IEnumerable<KeyValuePair<string, Tensor>> targets)
    {
        using var file = new SafetensorsFile(path);
        using var grad = no_grad();
        var entries = file.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        foreach (var (name, target) in targets)
        {
            using var scope = NewDisposeScope();
            target.copy_(file.Read(entries[name]));
        }
    }
}

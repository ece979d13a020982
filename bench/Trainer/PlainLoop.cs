using System.Text.Json;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>bench/peers/dpo_reference.py line by line, over our model and optimizer.</summary>
internal sealed class PlainLoop : IDisposable
{
    private readonly BenchJob _job;
    private readonly (int[] Prompt, int[] Chosen, int[] Rejected)[] _rows;
    private readonly CausalDecoder _model;
    private readonly CausalDecoder _reference;
    private readonly AdamW _optimizer;
    private int _next;

    public PlainLoop(BenchJob job)
    {
        _job = job;
        _rows = [.. Read(job.Rows)];
        _model = ModelFolder.Load(job.Model, CPU);
        _reference = ModelFolder.Load(job.Model, CPU);
        _optimizer = new AdamW(_model.named_parameters(), new AdamWSettings(0.9, 0.99, 0));
    }

    /// <returns>The last loss.</returns>
    public double Run(int steps)
    {
        var loss = 0.0;
        for (var i = 0; i < steps; i++)
        {
            loss = Step(_job.Steps[_next % _job.Steps.Length], _job.Rates[_next % _job.Rates.Length]);
            _next++;
        }

        return loss;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        _reference.Dispose();
    }

    public static IEnumerable<(int[] Prompt, int[] Chosen, int[] Rejected)> Read(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            using var row = JsonDocument.Parse(line);
            int[] Ids(string name) => [.. row.RootElement.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
            yield return (Ids("prompt"), Ids("chosen"), Ids("rejected"));
        }
    }

    private double Step(int[] rows, double rate)
    {
        using var scope = NewDisposeScope();
        var (ids, counted) = Batch(rows);
        Tensor reference;
        using (no_grad())
        {
            reference = LogProbabilities(_reference, ids, counted);
        }

        var ratio = LogProbabilities(_model, ids, counted) - reference;
        var loss = -F.logsigmoid((ratio.narrow(0, 0, rows.Length) - ratio.narrow(0, rows.Length, rows.Length)) * _job.Beta).mean([0]);
        _model.zero_grad();
        _model.Backward(loss);
        _optimizer.Step(rate, Math.Min(1, _job.Clip / (_optimizer.GradientNorm() + 1e-6)));
        return loss.ToSingle();
    }

    private (Tensor Ids, Tensor Counted) Batch(int[] rows)
    {
        (int[] Ids, int Start)[] sequences =
        [
            .. rows.Select(row => ((int[])[.. _rows[row].Prompt, .. _rows[row].Chosen], _rows[row].Prompt.Length)),
            .. rows.Select(row => ((int[])[.. _rows[row].Prompt, .. _rows[row].Rejected], _rows[row].Prompt.Length)),
        ];
        var longest = sequences.Max(sequence => sequence.Ids.Length);
        var (ids, counted) = (new long[sequences.Length * longest], new float[sequences.Length * (longest - 1)]);
        for (var i = 0; i < sequences.Length; i++)
        {
            for (var t = 0; t < sequences[i].Ids.Length; t++)
            {
                ids[(i * longest) + t] = sequences[i].Ids[t];
                if (t >= sequences[i].Start)
                {
                    counted[(i * (longest - 1)) + t - 1] = 1;
                }
            }
        }

        return (tensor(ids).reshape(sequences.Length, longest), tensor(counted).reshape(sequences.Length, longest - 1));
    }

    private static Tensor LogProbabilities(CausalDecoder model, Tensor ids, Tensor counted)
    {
        using var scope = NewDisposeScope();
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        var scores = model.Logits(model.Hidden(ids)).view(batch, length, -1).narrow(1, 0, length - 1);           // [B, T − 1, V]
        var picked = F.log_softmax(scores, -1).gather(2, ids.narrow(1, 1, length - 1).unsqueeze(2)).squeeze(2);   // [B, T − 1]
        return (picked * counted).sum(1).MoveToOuterDisposeScope();
    }
}

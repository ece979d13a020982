using System.Globalization;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>Forward and backward of the same batches in ways that differ in one thing each, so that what a thing brings shows by itself.</summary>
internal sealed class ComponentLoop(BenchJob job) : IDisposable
{
    /// <summary>The ways, each with one thing more than the one before it.</summary>
    public static readonly string[] Ways =
    [
        "answers in two padded passes, all scores, reference online",
        "one pass for both answers",
        "scores at answer positions only, in chunks",
        "no padding",
        "prompt shared by both answers",
        "reference kept",
    ];

    private readonly (int[] Prompt, int[] Chosen, int[] Rejected)[] _rows = [.. PlainLoop.Read(job.Rows)];
    private readonly CausalDecoder _model = ModelFolder.Load(job.Model, CPU);

    /// <param name="line">Number of the way and of the step.</param>
    /// <returns>The sum of log-probabilities, the same for every way.</returns>
    public double Run(string line)
    {
        int[] parts = [.. line.Split(' ').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
        var (way, rows) = (parts[0], job.Steps[parts[1]]);
        TokenRow[] chosen = [.. rows.Select(row => Row(_rows[row].Prompt, _rows[row].Chosen))];
        TokenRow[] rejected = [.. rows.Select(row => Row(_rows[row].Prompt, _rows[row].Rejected))];
        TokenRow[][] passes = way == 0 ? [chosen, rejected] : [[.. chosen, .. rejected]];
        using var scope = NewDisposeScope();
        if (way < 5)
        {
            using var grad = no_grad();
            foreach (var pass in passes)
            {
                Sums(way, pass);
            }
        }

        Tensor[] sums = [.. passes.Select(pass => Sums(way, pass))];
        var total = (sums.Length == 1 ? sums[0] : cat(sums)).sum();
        _model.zero_grad();
        _model.Backward(total);
        return total.ToSingle();
    }

    public void Dispose() => _model.Dispose();

    private static TokenRow Row(int[] prompt, int[] answer) => new([.. prompt, .. answer], prompt.Length);

    private Tensor Sums(int way, TokenRow[] rows)
    {
        using var scope = NewDisposeScope();
        if (way >= 3)
        {
            var packed = new PackedBatch(rows, _model.Config.HiddenSize, CPU, sharePrompts: way >= 4);
            return packed.Membership(CPU).mm(ResponseLogProbs.PerToken(_model, packed).view(-1, 1)).view(-1).MoveToOuterDisposeScope();
        }

        var batch = new TokenBatch(rows, CPU);
        var hidden = _model.Hidden(batch.Ids);
        var perToken = way == 2
            ? HeadLogProbs.Of(hidden.index_select(0, batch.Positions), _model.Head, batch.Targets)
            : F.log_softmax(_model.Logits(hidden), -1).index_select(0, batch.Positions).gather(1, batch.Targets.unsqueeze(1));
        return batch.Membership(CPU).mm(perToken.view(-1, 1)).view(-1).MoveToOuterDisposeScope();
    }
}

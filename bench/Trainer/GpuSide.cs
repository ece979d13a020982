using System.Diagnostics;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Generation;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Native;
using Orleans.Dpo.Trainer.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>Our side of the GPU comparison, through the trainer's own parts.</summary>
internal static class GpuSide
{
    /// <summary>Loss and gradients on a device beside those of the CPU in float32.</summary>
    public static (double LossDifference, double Cosine) Parity(string folder, string rows, string place, string type)
    {
        var pairs = PlainLoop.Read(rows).ToArray();
        var (expected, expectedGradients) = Gradients(folder, pairs, CPU, ScalarType.Float32);
        var (actual, gradients) = Gradients(folder, pairs, device(place), Kind(type));
        double dot = 0, own = 0, other = 0;
        foreach (var (name, gradient) in gradients)
        {
            for (var i = 0; i < gradient.Length; i++)
            {
                dot += (double)gradient[i] * expectedGradients[name][i];
                own += (double)gradient[i] * gradient[i];
                other += (double)expectedGradients[name][i] * expectedGradients[name][i];
            }
        }

        return (Math.Abs(expected - actual), dot / Math.Sqrt(own * other));
    }

    /// <summary>Preference training; the pass over the reference is part of each step.</summary>
    public static (double[] Seconds, double[] Tokens, double[] Operations, long Peak) Train(GpuJob job)
    {
        var place = device(job.Device);
        var rows = PlainLoop.Read(job.Rows).ToArray();
        using var model = ModelFolder.Load(job.Model, place, Kind(job.Type));
        using var reference = ModelFolder.Load(job.Model, place, Kind(job.Type));
        using var optimizer = new AdamW(model.Trainable(), new AdamWSettings(0.9, 0.99, 0));
        NativeKernels.ResetCudaPeak(0);
        var (seconds, tokens, operations) = (new double[job.Steps.Length], new double[job.Steps.Length], new double[job.Steps.Length]);
        for (var step = 0; step < job.Steps.Length; step++)
        {
            Wait(place);
            var clock = Stopwatch.StartNew();
            using var scope = NewDisposeScope();
            TokenRow[] answers = Answers([.. job.Steps[step].Select(row => rows[row])]);
            Tensor compared;
            using (no_grad())
            {
                compared = ResponseLogProbs.Sums(reference, answers);
            }

            var batch = new PackedBatch(answers, model.Config.HiddenSize, place);
            var ratio = batch.Membership(place).mm(ResponseLogProbs.PerToken(model, batch).view(-1, 1)).view(-1) - compared;
            var half = answers.Length / 2;
            model.zero_grad();
            model.Backward(-F.logsigmoid((ratio.narrow(0, 0, half) - ratio.narrow(0, half, half)) * job.Beta).mean([0]));
            optimizer.Step(1e-6, Math.Min(1, 1 / (optimizer.GradientNorm() + 1e-6)));
            Wait(place);
            seconds[step] = clock.Elapsed.TotalSeconds;
            tokens[step] = answers.Sum(answer => answer.Ids.Length);
            operations[step] = Operations(model, batch);
        }

        return (seconds, tokens, operations, NativeKernels.CudaMemory(0, out _, out var peak) ? peak : 0);
    }

    public static double Generate(GpuJob job)
    {
        using var model = ModelFolder.Load(job.Model, device(job.Device), Kind(job.Type));
        var request = new GenerationRequest
        {
            Prompts = job.Prompts,
            SamplesPerPrompt = job.Samples,
            Sampling = new JobSampling(1, 1, job.Tokens),
            Ends = new HashSet<int>(),
            BatchSize = job.Prompts.Length * job.Samples,
            Seed = 1,
        };
        return Enumerable.Range(0, 2).Min(_ =>
        {
            var clock = Stopwatch.StartNew();
            ResponseGenerator.Run(model, request, CancellationToken.None);
            return clock.Elapsed.TotalSeconds;
        });
    }

    /// <summary>Operations that the step needs: forward and backward of the policy, forward of the reference, over tokens that are really there, the head at answers only.</summary>
    private static double Operations(CausalDecoder model, PackedBatch batch)
    {
        var head = (double)model.Config.VocabularySize * model.Config.HiddenSize;
        var body = model.named_parameters().Sum(entry => (double)entry.parameter.numel()) - head;
        return (6 + 2) * ((body * batch.Tokens.Ids.shape[0]) + (head * batch.Counted));
    }

    private static TokenRow[] Answers((int[] Prompt, int[] Chosen, int[] Rejected)[] pairs) =>
    [
        .. pairs.Select(pair => new TokenRow([.. pair.Prompt, .. pair.Chosen], pair.Prompt.Length)),
        .. pairs.Select(pair => new TokenRow([.. pair.Prompt, .. pair.Rejected], pair.Prompt.Length)),
    ];

    /// <summary>The sigmoid loss without a reference and with a small factor, so that neither side of it is flat.</summary>
    private static (double Loss, Dictionary<string, float[]> Gradients) Gradients(string folder, (int[] Prompt, int[] Chosen, int[] Rejected)[] pairs, Device place, ScalarType type)
    {
        using var model = ModelFolder.Load(folder, place, type);
        using var scope = NewDisposeScope();
        var sums = ResponseLogProbs.Sums(model, Answers(pairs));
        var loss = -F.logsigmoid((sums.narrow(0, 0, pairs.Length) - sums.narrow(0, pairs.Length, pairs.Length)) * 0.01).mean([0]);
        model.Backward(loss);
        return (loss.ToSingle(), model.named_parameters().ToDictionary(
            entry => entry.name, entry => entry.parameter.grad!.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray()));
    }

    private static ScalarType Kind(string type) => type == "bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32;

    private static void Wait(Device place)
    {
        if (place.type == TorchSharp.DeviceType.CUDA)
        {
            cuda.synchronize(place);
        }
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What must hold before the first update, every round. A failure stops the run with one sentence.</summary>
internal static class StepZeroChecks
{
    /// <summary>Allowed difference of summed log-probabilities in float32, relative to their size where that exceeds 1 nat.</summary>
    private const double Tolerance = 1e-5;
    private const int ComparedRows = 64;

    /// <summary>Hashes as declared, every answer ended and not empty, no held-out prompt among the rows.</summary>
    public static void Rows(DpoOptions options, string startHash, string referenceHash, ImmutableArray<PreferencePair> pairs, IReadOnlySet<int> ends)
    {
        RequireHash("start policy", options.StartHash, startHash);
        RequireHash("reference policy", options.ReferenceHash, referenceHash);
        foreach (var pair in pairs)
        {
            RequireAnswer(pair, "chosen", pair.Chosen, ends);
            RequireAnswer(pair, "rejected", pair.Rejected, ends);
        }

        if (options.HeldOutPromptIds is { } file)
        {
            RequireNoHeldOut(file, pairs);
        }
    }

    /// <summary>Start = reference: rewards are 0 and the loss is its value at 0. Otherwise the first rows' log-probabilities equal those of the stored policies, row by row.</summary>
    /// <returns>Loss of the first batch and the check in words.</returns>
    public static (double Loss, string Check) FirstBatch(
        CausalDecoder model, DpoOptions options, bool startIsReference, ImmutableArray<PreferencePair> pairs, (ReferenceLogProbs Reference, IPreferenceLoss Loss, int[] FirstRows) first)
    {
        if (model.training)
        {
            throw TrainerException.StepZero("The policy is in training mode, where dropout acts; log-probabilities would differ from the reference's at random.");
        }

        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var (logps, _) = PairBatch.Forward(model, pairs, first.Reference, first.FirstRows);
        var output = first.Loss.Forward(logps);
        var loss = output.Losses.mean().ToSingle();
        return (loss, startIsReference
            ? RequireZeroRewards(logps, first.Loss, loss)
            : RequireStored(model, options, pairs, first.Reference));
    }

    private static string RequireZeroRewards(PreferenceLogps logps, IPreferenceLoss lossFunction, double loss)
    {
        var zeros = zeros_like(logps.PolicyChosen.detach());
        var atZero = lossFunction.Forward(new PreferenceLogps(zeros, zeros, zeros, zeros)).Losses.mean().ToSingle();
        var largest = Math.Max(Largest(logps.PolicyChosen, logps.ReferenceChosen), Largest(logps.PolicyRejected, logps.ReferenceRejected));
        if (!(largest <= Tolerance))
        {
            throw TrainerException.StepZero(Invariant($"Start and reference are the same policy, but their log-probabilities differ by {largest:G3} (relative); at most {Tolerance:G1} is rounding."));
        }

        // What rounding of that size can do to a loss depends on its slope; 1e-3 of the value at 0 is far above it and far below any mistake.
        if (!(Math.Abs(loss - atZero) <= 1e-3 * Math.Max(1e-3, Math.Abs(atZero))))
        {
            throw TrainerException.StepZero(Invariant($"Start and reference are the same policy, so the first loss should be {atZero:F6}; it is {loss:F6}."));
        }

        return Invariant($"start = reference: rewards 0, loss {loss:F6}");
    }

    private static string RequireStored(CausalDecoder model, DpoOptions options, ImmutableArray<PreferencePair> pairs, ReferenceLogProbs reference)
    {
        var some = pairs[..Math.Min(ComparedRows, pairs.Length)];
        TokenRow[] rows = [.. some.Select(pair => pair.Chosen), .. some.Select(pair => pair.Rejected)];
        RequireEqual("start policy", ResponseLogProbs.Of(model, rows, ReferenceLogProbs.BatchSize, default), Separately(options.Training.Model, rows, options));
        RequireEqual("reference policy", [.. reference.Chosen[..some.Length], .. reference.Rejected[..some.Length]], Separately(options.Reference, rows, options));
        return Invariant($"start ≠ reference: log-probabilities of {some.Length} rows equal those of the stored policies");
    }

    private static float[] Separately(string folder, TokenRow[] rows, DpoOptions options)
    {
        using var stored = ModelFolder.Load(folder, device(options.Training.Device));
        return ResponseLogProbs.Of(stored, rows, 1, default);
    }

    private static void RequireEqual(string what, float[] used, float[] stored)
    {
        for (var i = 0; i < used.Length; i++)
        {
            if (!(Difference(used[i], stored[i]) <= Tolerance))
            {
                throw TrainerException.StepZero(Invariant($"The {what} gives answer {i + 1} the log-probability {used[i]:F5} here and {stored[i]:F5} when read and run on its own."));
            }
        }
    }

    private static double Largest(Tensor policy, Tensor reference) =>
        policy.cpu().data<float>().ToArray().Zip(reference.cpu().data<float>().ToArray(), Difference).Max();

    private static double Difference(float a, float b) => Math.Abs((double)a - b) / Math.Max(1, Math.Abs(b));

    private static void RequireHash(string what, string? declared, string actual)
    {
        if (declared is not null && !string.Equals(declared, actual, StringComparison.OrdinalIgnoreCase))
        {
            throw TrainerException.StepZero($"The {what} hashes to {actual}, declared is {declared}.");
        }
    }

    private static void RequireAnswer(PreferencePair pair, string side, TokenRow row, IReadOnlySet<int> ends)
    {
        if (row.ResponseLength < 2)
        {
            throw TrainerException.StepZero($"Pair {pair.PairId} (line {pair.Line}) has an empty {side} answer.");
        }

        if (!ends.Contains(row.Ids[^1]))
        {
            throw TrainerException.StepZero($"Pair {pair.PairId} (line {pair.Line}) has a {side} answer without an end token.");
        }
    }

    private static void RequireNoHeldOut(string file, ImmutableArray<PreferencePair> pairs)
    {
        if (!File.Exists(file))
        {
            throw TrainerException.BadInput($"{file} with the held-out prompt ids does not exist.");
        }

        var heldOut = File.ReadLines(file).Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            if (pair.PromptId is null)
            {
                throw TrainerException.StepZero($"Pair {pair.PairId} (line {pair.Line}) has no prompt_id, so it cannot be told from the held-out prompts.");
            }

            if (heldOut.Contains(pair.PromptId))
            {
                throw TrainerException.StepZero($"Pair {pair.PairId} (line {pair.Line}) is about prompt {pair.PromptId}, which is held out.");
            }
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

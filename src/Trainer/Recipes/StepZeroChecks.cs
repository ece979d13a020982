using System.Globalization;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.References;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What must hold before the first update, every round. A failure stops the run with one sentence.</summary>
internal static class StepZeroChecks
{
    private const int ComparedRows = 64;

    /// <summary>Hashes as declared, every answer ended and not empty, no held-out prompt among the rows.</summary>
    public static void Rows(IEnumerable<ITrainingRow> rows, IReadOnlySet<int> ends, string? heldOutPromptIds)
    {
        var heldOut = heldOutPromptIds is { } file ? HeldOut(file) : null;
        foreach (var row in rows)
        {
            foreach (var (side, answer) in row.Answers)
            {
                RequireAnswer(row.Name, side, answer, ends);
            }

            if (heldOut is not null)
            {
                RequireNotHeldOut(row, heldOut);
            }
        }
    }

    /// <summary>A policy is the one that was declared, if one was.</summary>
    public static void RequireHash(string what, string? declared, string actual)
    {
        if (declared is not null && !string.Equals(declared, actual, StringComparison.OrdinalIgnoreCase))
        {
            throw TrainerException.StepZero($"The {what} hashes to {actual}, declared is {declared}.");
        }
    }

    /// <summary>Start = reference: rewards are 0 and the loss is its value there.</summary>
    /// <param name="policy">Σ log π of the first rows.</param>
    /// <param name="reference">Σ log π_ref of the same.</param>
    /// <param name="loss">Mean loss of these rows, and what it is when the policy's values are replaced by the reference's.</param>
    /// <param name="type">What the policy computes in.</param>
    /// <returns>The check in words.</returns>
    public static string RequireZeroRewards(Tensor policy, Tensor reference, (double Here, double AtReference) loss, ScalarType type)
    {
        var tolerance = Tolerance(type);
        var largest = policy.cpu().data<float>().ToArray().Zip(reference.cpu().data<float>().ToArray(), Difference).Max();
        if (!(largest <= tolerance))
        {
            throw TrainerException.StepZero(Invariant($"Start and reference are the same policy, but their log-probabilities differ by {largest:G3} (relative); at most {tolerance:G1} is rounding."));
        }

        // What rounding of that size can do to a loss depends on its slope; a hundred times it is far above that and far below any mistake.
        if (!(Math.Abs(loss.Here - loss.AtReference) <= 100 * tolerance * Math.Max(1e-3, Math.Abs(loss.AtReference))))
        {
            throw TrainerException.StepZero(Invariant($"Start and reference are the same policy, so the first loss should be {loss.AtReference:F6}; it is {loss.Here:F6}."));
        }

        return Invariant($"start = reference: rewards 0, loss {loss.Here:F6}");
    }

    /// <summary>Start ≠ reference: the first sequences' log-probabilities equal those of the stored policies, row by row.</summary>
    /// <param name="model">The starting policy.</param>
    /// <param name="training">Says where it is stored.</param>
    /// <param name="reference">Which policy the reference is, and its values.</param>
    /// <param name="sequences">All sequences of the run.</param>
    /// <param name="rows">How many rows they belong to; sequence i + k·rows is the k-th of row i.</param>
    /// <returns>The check in words.</returns>
    public static string RequireStored(
        CausalDecoder model, TrainingOptions training, (RunReference Run, IReference Values) reference, IReadOnlyList<TokenRow> sequences, int rows)
    {
        int[] some = [.. Enumerable.Range(0, sequences.Count).Where(sequence => sequence % rows < ComparedRows)];
        TokenRow[] compared = [.. some.Select(sequence => sequences[sequence])];
        using (var stored = StartingModel.Load(training))
        {
            RequireEqual("start policy", ResponseLogProbs.Of(model, compared, ReferenceCache.BatchSize, default), ResponseLogProbs.Of(stored, compared, 1, default), training.DType);
        }

        using (var stored = reference.Run.Load())
        {
            using var scope = NewDisposeScope();
            RequireEqual("reference policy", reference.Values.LogProbs(some).cpu().data<float>().ToArray(), ResponseLogProbs.Of(stored, compared, 1, default), training.DType);
        }

        return Invariant($"start ≠ reference: log-probabilities of {Math.Min(rows, ComparedRows)} rows equal those of the stored policies");
    }

    /// <summary>Dropout would make policy and reference differ at random.</summary>
    public static void RequireEvaluation(CausalDecoder model)
    {
        if (model.training)
        {
            throw TrainerException.StepZero("The policy is in training mode, where dropout acts; log-probabilities would differ from the reference's at random.");
        }
    }

    private static void RequireEqual(string what, float[] used, float[] stored, ScalarType type)
    {
        for (var i = 0; i < used.Length; i++)
        {
            if (!(Difference(used[i], stored[i]) <= Tolerance(type)))
            {
                throw TrainerException.StepZero(Invariant($"The {what} gives answer {i + 1} the log-probability {used[i]:F5} here and {stored[i]:F5} when read and run on its own."));
            }
        }
    }

    /// <summary>Allowed difference of summed log-probabilities, relative to their size where that exceeds 1 nat: rounding of the type that products are computed in.</summary>
    private static double Tolerance(ScalarType type) => type == ScalarType.Float32 ? 1e-5 : 2e-2;

    private static double Difference(float a, float b) => Math.Abs((double)a - b) / Math.Max(1, Math.Abs(b));

    private static void RequireAnswer(string name, string side, TokenRow row, IReadOnlySet<int> ends)
    {
        if (row.ResponseLength < 2)
        {
            throw TrainerException.StepZero($"{name} has an empty {side} answer.");
        }

        if (!ends.Contains(row.Ids[^1]))
        {
            throw TrainerException.StepZero($"{name} has a {side} answer without an end token.");
        }
    }

    private static HashSet<string> HeldOut(string file) => File.Exists(file)
        ? File.ReadLines(file).Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal)
        : throw TrainerException.BadInput($"{file} with the held-out prompt ids does not exist.");

    private static void RequireNotHeldOut(ITrainingRow row, HashSet<string> heldOut)
    {
        if (row.PromptId is null)
        {
            throw TrainerException.StepZero($"{row.Name} has no prompt_id, so it cannot be told from the held-out prompts.");
        }

        if (heldOut.Contains(row.PromptId))
        {
            throw TrainerException.StepZero($"{row.Name} is about prompt {row.PromptId}, which is held out.");
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Numerics;
using System.Runtime.InteropServices;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Randomness;

namespace Orleans.Dpo.Trainer.Generation;

/// <summary>Draws one token from scores: temperature, then nucleus, then an exponential race.</summary>
/// <remarks>
/// Each token v has its own random number at each position; the winner has the smallest −ln(u_v) / p_v, which draws v with probability p_v.
/// Two policies that share a stream therefore choose the same token unless their probabilities differ enough: common random numbers.
/// </remarks>
internal sealed class TokenSampler(JobSampling settings, int vocabulary)
{
    private const double Slack = 1 + 1e-9;
    private readonly float[] _plain = new float[vocabulary];
    private readonly float[] _scaled = new float[vocabulary];
    private readonly int[] _ids = new int[vocabulary];
    private readonly float[] _keys = new float[vocabulary];
    private readonly double[] _uniforms = new double[vocabulary];

    /// <param name="scores">Logits of the vocabulary.</param>
    /// <param name="random">The sequence's own stream.</param>
    /// <param name="position">Number of the response token, from 0.</param>
    public SampledToken Choose(ReadOnlySpan<float> scores, CounterRandom random, int position)
    {
        var best = IndexOfLargest(scores);
        var largest = scores[best];
        if (!float.IsFinite(largest))
        {
            throw TrainerException.Diverged($"The policy's scores are not numbers ({largest}); its weights are unusable.");
        }

        var total = Exponentials(scores, largest, 1, _plain);
        var token = settings.Temperature == 0 ? best : Race(scores, largest, total, random, position);
        return new SampledToken(token, scores[token] - largest - Math.Log(total));
    }

    private int Race(ReadOnlySpan<float> scores, float largest, double total, CounterRandom random, int position)
    {
        var weights = _plain;
        if (settings.Temperature != 1)
        {
            weights = _scaled;
            total = Exponentials(scores, largest, 1 / (float)settings.Temperature, weights);
        }

        var first = (long)position * vocabulary;
        return settings.TopP < 1 ? RaceAmong(Nucleus(weights, total), weights, random, first) : RaceOfAll(weights, random, first);
    }

    private static int RaceAmong(ReadOnlySpan<int> candidates, float[] weights, CounterRandom random, long first)
    {
        var (winner, shortest) = (candidates[0], double.PositiveInfinity);
        foreach (var id in candidates)
        {
            Try(id, random.Uniform(first + id), weights[id], ref winner, ref shortest);
        }

        return winner;
    }

    /// <summary>The same race over the whole vocabulary; random numbers are made several at a time.</summary>
    private int RaceOfAll(float[] weights, CounterRandom random, long first)
    {
        var (winner, shortest) = (0, double.PositiveInfinity);
        random.Uniforms(first, _uniforms);
        for (var id = 0; id < weights.Length; id++)
        {
            // A product in place of the quotient: it is cheaper, and what passes is looked at exactly.
            if (1 - _uniforms[id] <= shortest * weights[id] * Slack)
            {
                Try(id, _uniforms[id], weights[id], ref winner, ref shortest);
            }
        }

        return winner;
    }

    private static void Try(int id, double u, double weight, ref int winner, ref double shortest)
    {
        // −ln(u) is at least 1 − u, so most tokens are out of the race before a logarithm is needed.
        if ((1 - u) / weight < shortest)
        {
            var time = -Math.Log(u) / weight;
            (winner, shortest) = time < shortest ? (id, time) : (winner, shortest);
        }
    }

    /// <summary>The fewest tokens, likeliest first, that together reach the share; at least one.</summary>
    private ReadOnlySpan<int> Nucleus(float[] weights, double total)
    {
        // Tokens below this together weigh less than what the nucleus leaves out, so none of them is in it.
        var least = (float)((1 - settings.TopP) * total / vocabulary);
        var count = 0;
        for (var id = 0; id < weights.Length; id++)
        {
            if (weights[id] >= least)
            {
                (_ids[count], _keys[count]) = (id, -weights[id]);
                count++;
            }
        }

        Array.Sort(_keys, _ids, 0, count, null);
        var reached = 0.0;
        for (var kept = 0; kept < count; kept++)
        {
            reached -= _keys[kept];
            if (reached >= settings.TopP * total)
            {
                return _ids.AsSpan(0, kept + 1);
            }
        }

        return _ids.AsSpan(0, count);
    }

    /// <summary>exp((score − largest)·factor) of every token; returns the sum.</summary>
    private static double Exponentials(ReadOnlySpan<float> scores, float largest, float factor, float[] result)
    {
        var whole = scores.Length - (scores.Length % Vector<float>.Count);
        var from = MemoryMarshal.Cast<float, Vector<float>>(scores[..whole]);
        var to = MemoryMarshal.Cast<float, Vector<float>>(result.AsSpan(0, whole));
        var shift = new Vector<float>(largest);
        var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
        for (var i = 0; i < from.Length; i++)
        {
            var value = Vector.Exp((from[i] - shift) * factor);
            to[i] = value;
            Vector.Widen(value, out var lower, out var upper);
            (low, high) = (low + lower, high + upper);
        }

        var sum = Vector.Sum(low + high);
        for (var i = whole; i < scores.Length; i++)
        {
            result[i] = MathF.Exp((scores[i] - largest) * factor);
            sum += result[i];
        }

        return sum;
    }

    private static int IndexOfLargest(ReadOnlySpan<float> scores)
    {
        var whole = scores.Length - (scores.Length % Vector<float>.Count);
        var largest = new Vector<float>(float.NegativeInfinity);
        foreach (var some in MemoryMarshal.Cast<float, Vector<float>>(scores[..whole]))
        {
            largest = Vector.Max(largest, some);
        }

        var most = float.NegativeInfinity;
        for (var i = 0; i < Vector<float>.Count; i++)
        {
            most = MathF.Max(most, largest[i]);
        }

        foreach (var score in scores[whole..])
        {
            most = MathF.Max(most, score);
        }

        var wanted = new Vector<float>(most);
        var lanes = MemoryMarshal.Cast<float, Vector<float>>(scores[..whole]);
        var at = 0;
        while (at < lanes.Length && !Vector.EqualsAny(lanes[at], wanted))
        {
            at++;
        }

        // A score that is not a number makes the largest one not a number too, and equals it here.
        at *= Vector<float>.Count;
        var index = scores[at..].IndexOf(most);
        return index >= 0 ? at + index : scores.IndexOf(most);
    }
}

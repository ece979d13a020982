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
    private readonly float[] _plain = new float[vocabulary];
    private readonly float[] _scaled = new float[vocabulary];
    private readonly int[] _ids = new int[vocabulary];
    private readonly float[] _keys = new float[vocabulary];

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

        var candidates = settings.TopP < 1 ? Nucleus(weights, total) : Everything();
        var winner = candidates[0];
        var shortest = double.PositiveInfinity;
        var first = (long)position * vocabulary;
        foreach (var id in candidates)
        {
            // −ln(u) is at least 1 − u, so most tokens are out of the race before a logarithm is needed.
            var u = random.Uniform(first + id);
            if ((1 - u) / weights[id] < shortest)
            {
                var time = -Math.Log(u) / weights[id];
                (winner, shortest) = time < shortest ? (id, time) : (winner, shortest);
            }
        }

        return winner;
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

    private ReadOnlySpan<int> Everything()
    {
        for (var id = 0; id < vocabulary; id++)
        {
            _ids[id] = id;
        }

        return _ids;
    }

    /// <summary>exp((score − largest)·factor) of every token; returns the sum.</summary>
    private static double Exponentials(ReadOnlySpan<float> scores, float largest, float factor, float[] result)
    {
        var whole = scores.Length - (scores.Length % Vector<float>.Count);
        var from = MemoryMarshal.Cast<float, Vector<float>>(scores[..whole]);
        var to = MemoryMarshal.Cast<float, Vector<float>>(result.AsSpan(0, whole));
        var shift = new Vector<float>(largest);
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = Vector.Exp((from[i] - shift) * factor);
        }

        for (var i = whole; i < scores.Length; i++)
        {
            result[i] = MathF.Exp((scores[i] - largest) * factor);
        }

        var sum = 0.0;
        foreach (var value in result)
        {
            sum += value;
        }

        return sum;
    }

    private static int IndexOfLargest(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var id = 1; id < scores.Length; id++)
        {
            best = scores[id] > scores[best] ? id : best;
        }

        return best;
    }
}

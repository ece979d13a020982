namespace Orleans.Dpo.Trainer.Evaluation;

/// <summary>One response under the policy that wrote it and under the start policy.</summary>
/// <param name="Divergence">Exact KL(π‖π0) over the full vocabulary, summed over the response's positions; nats.</param>
/// <param name="LogProb">Σ log π.</param>
/// <param name="StartLogProb">Σ log π0.</param>
/// <param name="LeastStartLogProb">The smallest log π0 of a single token.</param>
internal readonly record struct ResponseMeasures(double Divergence, double LogProb, double StartLogProb, double LeastStartLogProb)
{
    /// <summary>Of a response without a token.</summary>
    public static ResponseMeasures None => new(0, 0, 0, double.PositiveInfinity);

    /// <summary>Σ (log π − log π0) of the response's tokens: unbiased, may be negative.</summary>
    public double K1 => LogProb - StartLogProb;

    /// <summary>Σ ½·(log π − log π0)²: low variance, biased.</summary>
    public double K2 { get; init; }

    /// <summary>Σ (π0/π − 1 + log π − log π0): unbiased, never negative.</summary>
    public double K3 { get; init; }

    /// <summary>Σ |log π − log π0|.</summary>
    public double Absolute { get; init; }

    /// <summary>The response with one more token.</summary>
    /// <param name="divergence">KL(π‖π0) over the full vocabulary at its position.</param>
    /// <param name="logProb">log π of the token.</param>
    /// <param name="startLogProb">log π0 of it.</param>
    public ResponseMeasures With(double divergence, double logProb, double startLogProb)
    {
        var difference = logProb - startLogProb;
        return new ResponseMeasures(Divergence + divergence, LogProb + logProb, StartLogProb + startLogProb, Math.Min(LeastStartLogProb, startLogProb))
        {
            K2 = K2 + (difference * difference / 2),
            K3 = K3 + (Math.Exp(-difference) - 1 + difference),
            Absolute = Absolute + Math.Abs(difference),
        };
    }
}

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>The frequency scaling of Llama 3.1 and later ("llama3"): long waves are slowed down by a factor, short ones stay, those between blend.</summary>
internal sealed record RotaryScaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, double OriginalPositions)
{
    /// <param name="frequency">Radians a position.</param>
    public double Apply(double frequency)
    {
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength > OriginalPositions / LowFrequencyFactor)
        {
            return frequency / Factor;
        }

        if (wavelength < OriginalPositions / HighFrequencyFactor)
        {
            return frequency;
        }

        var share = ((OriginalPositions / wavelength) - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
        return ((1 - share) * frequency / Factor) + (share * frequency);
    }
}

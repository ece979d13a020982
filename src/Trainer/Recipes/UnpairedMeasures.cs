namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Sums over the rows of a step that are no pairs: good answers and bad ones apart, each mean over its own count.</summary>
internal sealed class UnpairedMeasures
{
    private readonly Side _good = new();
    private readonly Side _bad = new();

    /// <summary>The estimated divergence from the reference that the step was measured against; nats.</summary>
    public double Baseline { get; init; }

    public double? ChosenReward => _good.Reward;

    public double? RejectedReward => _bad.Reward;

    public double? ChosenLogp => _good.Logp;

    public double? RejectedLogp => _bad.Logp;

    public void Add(bool desirable, float reward, float logp) => (desirable ? _good : _bad).Add(reward, logp);

    private sealed class Side
    {
        private int _count;
        private double _rewards;
        private double _logps;

        public double? Reward => _count == 0 ? null : _rewards / _count;

        public double? Logp => _count == 0 ? null : _logps / _count;

        public void Add(float reward, float logp)
        {
            _count++;
            _rewards += reward;
            _logps += logp;
        }
    }
}

using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Judgments that were too fast <em>for their length, language and annotator</em>: log(active ms) = μ + β·log(1 + words) + language + annotator + error.</summary>
/// <remarks>
/// Annotators are a random effect, shrunken by n / (n + σ²/σ_u²) (Henderson's BLUP); languages are fixed. Backfitting with residuals winsorised at 2σ (Huber, Robust Statistics, 1981, ch. 7), σ from the
/// median absolute deviation, so that the fast ones do not move what is usual. σ is itself uncertain: z is the residual over σ corrected for the fitted effects and raised by one standard error of it
/// (the median absolute deviation is worth 37 % of its sample), else among hundreds of honest times too many would be flagged. A judgment is flagged when z &lt; −2.5 and its lower-tail p passes Benjamini–Hochberg at q = 0.05.
/// An annotator who is fast throughout has a low effect, not flags.
/// </remarks>
public static class TimingFlags
{
    /// <summary>Expected share of false flags among the flags, at most.</summary>
    public const double FalseShare = 0.05;

    /// <summary>A flag needs a z below this.</summary>
    public const double Threshold = -2.5;

    // Of the median absolute deviation against the standard deviation, for normal errors.
    private const double MedianEfficiency = 0.3675;
    private const int Rounds = 40;
    private const int Fewest = 20;

    /// <summary>Fits times and flags judgments.</summary>
    /// <param name="judgments">The judgments.</param>
    /// <param name="annotators">How many annotators there are.</param>
    /// <param name="languages">How many languages there are.</param>
    public static TimingReport Of(ImmutableArray<TimedJudgment> judgments, int annotators, int languages)
    {
        var timed = Enumerable.Range(0, judgments.Length).Where(i => judgments[i].ActiveMilliseconds > 0).ToArray();
        if (timed.Length < Fewest)
        {
            return None(judgments.Length, annotators, $"Fewer than {Fewest} judgments have a time.");
        }

        var fit = new Fit([.. timed.Select(i => judgments[i])], annotators, languages);
        for (var round = 0; round < Rounds; round++)
        {
            fit.Improve();
        }

        if (fit.Deviation is 0)
        {
            return None(judgments.Length, annotators, "More than half of the times are exactly as expected, so that no deviation is unusual.");
        }

        var free = Math.Max(1, timed.Length - fit.Effects);
        var scale = fit.Deviation * Math.Sqrt(timed.Length / (double)free) * (1 + (1 / Math.Sqrt(2 * MedianEfficiency * free)));
        var z = fit.Residuals.Select(residual => residual / scale).ToArray();
        var believed = FalseDiscovery.ByPValues([.. z.Select(value => NormalDistribution.Upper(-value))], FalseShare);
        var flags = new TimingFlag[judgments.Length];
        for (var n = 0; n < timed.Length; n++)
        {
            flags[timed[n]] = new(z[n], z[n] < Threshold && believed[n]);
        }

        return new([.. flags], [.. fit.Annotators], fit.Slope, fit.Deviation, null);
    }

    private static TimingReport None(int judgments, int annotators, string why) => new([.. new TimingFlag[judgments]], [.. new double[annotators]], 0, 0, why);

    private sealed class Fit
    {
        private readonly TimedJudgment[] _judgments;
        private readonly double[] _words;
        private readonly double[] _times;
        private readonly double[] _languages;
        private readonly int[] _byAnnotator;
        private double _mean;

        public Fit(TimedJudgment[] judgments, int annotators, int languages)
        {
            _judgments = judgments;
            _times = [.. judgments.Select(judgment => DeterministicMath.Log(judgment.ActiveMilliseconds))];
            var words = judgments.Select(judgment => DeterministicMath.Log1p(Math.Max(0, judgment.Words))).ToArray();
            _words = [.. words.Select(word => word - (words.Sum() / words.Length))];
            (_languages, Annotators, _byAnnotator) = (new double[languages], new double[annotators], new int[annotators]);
            foreach (var judgment in judgments)
            {
                _byAnnotator[judgment.Annotator]++;
            }

            _mean = Median(_times);
            Residuals = [.. _times.Select(time => time - _mean)];
            Deviation = Scale();
        }

        public double[] Annotators { get; }

        /// <summary>Mean, slope, and an effect for each annotator and further language with times.</summary>
        public int Effects => 1 + _languages.Length + _byAnnotator.Count(times => times > 0);

        public double[] Residuals { get; }

        public double Slope { get; private set; }

        public double Deviation { get; private set; }

        /// <summary>One round: every effect moves by what the winsorised residuals say, then residuals and σ are computed anew.</summary>
        public void Improve()
        {
            _mean += Clipped().Sum() / _times.Length;
            Update();
            var (clipped, xx) = (Clipped(), _words.Sum(word => word * word));
            Slope += xx > 0 ? clipped.Zip(_words, (residual, word) => residual * word).Sum() / xx : 0;
            Update();
            MoveLanguages();
            Update();
            MoveAnnotators();
            Update();
            Deviation = Scale();
        }

        private void MoveLanguages()
        {
            var (sums, counts, clipped) = (new double[_languages.Length], new int[_languages.Length], Clipped());
            for (var n = 0; n < clipped.Length; n++)
            {
                sums[_judgments[n].Language] += clipped[n];
                counts[_judgments[n].Language]++;
            }

            for (var language = 0; language < sums.Length; language++)
            {
                _languages[language] += counts[language] > 0 ? sums[language] / counts[language] : 0;
            }
        }

        private void MoveAnnotators()
        {
            var (sums, clipped) = (new double[Annotators.Length], Clipped());
            for (var n = 0; n < clipped.Length; n++)
            {
                sums[_judgments[n].Annotator] += clipped[n];
            }

            // Mean residual without the annotator's own effect, and by moments its variance between annotators beyond chance.
            var raw = sums.Select((sum, k) => _byAnnotator[k] > 0 ? Annotators[k] + (sum / _byAnnotator[k]) : 0).ToArray();
            var present = Enumerable.Range(0, raw.Length).Where(k => _byAnnotator[k] > 0).ToArray();
            var noise = Deviation * Deviation;
            var between = Math.Max(1e-6, (present.Sum(k => raw[k] * raw[k]) / present.Length) - (present.Sum(k => noise / _byAnnotator[k]) / present.Length));
            foreach (var k in present)
            {
                Annotators[k] = raw[k] * _byAnnotator[k] / (_byAnnotator[k] + (noise / between));
            }
        }

        private void Update()
        {
            for (var n = 0; n < Residuals.Length; n++)
            {
                Residuals[n] = _times[n] - _mean - (Slope * _words[n]) - _languages[_judgments[n].Language] - Annotators[_judgments[n].Annotator];
            }
        }

        private double[] Clipped() => Deviation is 0 ? [.. Residuals] : [.. Residuals.Select(residual => Math.Clamp(residual, -2 * Deviation, 2 * Deviation))];

        /// <summary>1.4826 times the median absolute residual: σ of a normal distribution.</summary>
        private double Scale() => 1.4826022185056018 * Median([.. Residuals.Select(Math.Abs)]);

        private static double Median(double[] numbers)
        {
            var sorted = (double[])[.. numbers];
            Array.Sort(sorted);
            return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
        }
    }
}

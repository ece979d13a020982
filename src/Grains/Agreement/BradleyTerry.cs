using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Bradley–Terry between policies: P(i beats j) = σ(θ_i − θ_j) (Biometrika 39, 1952), with percentile intervals over resampled battles.</summary>
/// <remarks>
/// θ ~ N(0, 5²), so that a policy that never lost has a finite strength; ln ν ~ N(ln ½, 1²). The penalised likelihood is concave; Newton's method takes a fixed number of steps.
/// Battles are resampled one by one, as if independent: where one prompt has many battles, resample prompts instead.
/// </remarks>
public static class BradleyTerry
{
    private const double StrengthPrecision = 1.0 / 25;
    private const int Steps = 25;
    private const int ResampleSteps = 6;

    /// <summary>Fits strengths.</summary>
    /// <param name="policies">How many policies there are.</param>
    /// <param name="battles">The battles.</param>
    /// <param name="ties">What a tie is.</param>
    /// <param name="resamples">Bootstrap resamples; 0 for no intervals.</param>
    /// <param name="seed">Seed of the resamples.</param>
    /// <exception cref="ArgumentException">A battle names no two policies, or is a skip.</exception>
    public static BradleyTerryFit Fit(int policies, ImmutableArray<Battle> battles, TieRule ties = TieRule.Half, int resamples = 0, ulong seed = 1)
    {
        var counts = new int[policies * policies * 3];
        var cells = new int[battles.Length];
        for (var n = 0; n < cells.Length; n++)
        {
            cells[n] = CellOf(battles[n], policies);
            counts[cells[n]]++;
        }

        if (Gap(policies, counts) is { } gap)
        {
            return new([], null, gap);
        }

        var fit = new Solver(policies, ties);
        fit.Solve(counts, Steps);
        var strengths = fit.Strengths.ToArray();
        double? tieWeight = ties is TieRule.Davidson ? DeterministicMath.Exp(fit.LogTie) : null;
        var resampled = Resample(fit, cells, counts.Length, resamples, seed);
        var played = new int[policies];
        foreach (var battle in battles)
        {
            played[battle.A]++;
            played[battle.B]++;
        }

        return new([.. strengths.Select((strength, i) => new PolicyStrength(strength, Interval.Of(resampled[i], resamples), played[i]))], tieWeight, null);
    }

    private static double[][] Resample(Solver solver, int[] cells, int cellCount, int resamples, ulong seed)
    {
        var start = (double[])[.. solver.Strengths, solver.LogTie];
        var resampled = Enumerable.Range(0, solver.Strengths.Length).Select(_ => new double[resamples]).ToArray();
        var stream = new RandomStream(seed);
        var counts = new int[cellCount];
        for (var r = 0; r < resamples; r++)
        {
            Array.Clear(counts);
            Draw(ref stream, cells, counts);
            solver.Restart(start);
            solver.Solve(counts, ResampleSteps);
            for (var i = 0; i < resampled.Length; i++)
            {
                resampled[i][r] = solver.Strengths[i];
            }
        }

        return resampled;
    }

    /// <summary>As many draws as there are battles, two of each 64 random bits; below 2²⁰ battles no battle is likelier than another by more than 1 in 4,000.</summary>
    private static void Draw(ref RandomStream stream, int[] cells, int[] counts)
    {
        var n = (ulong)cells.Length;
        for (var drawn = 0; drawn + 1 < cells.Length; drawn += 2)
        {
            var bits = stream.Next();
            counts[cells[(int)(((bits >> 32) * n) >> 32)]]++;
            counts[cells[(int)(((bits & 0xFFFF_FFFF) * n) >> 32)]]++;
        }

        if (cells.Length % 2 is 1)
        {
            counts[cells[stream.Below(cells.Length)]]++;
        }
    }

    /// <summary>Three cells for each i &lt; j: i won, j won, tie.</summary>
    private static int CellOf(Battle battle, int policies)
    {
        var (a, b) = (battle.A, battle.B);
        if ((uint)a >= (uint)policies || (uint)b >= (uint)policies || a == b || battle.Choice is not (Choice.A or Choice.B or Choice.Tie or Choice.BothBad))
        {
            throw new ArgumentException($"{battle} is no battle between two of {policies} policies.", nameof(battle));
        }

        var first = Math.Min(a, b);
        var outcome = battle.Choice switch { Choice.A => a == first ? 0 : 1, Choice.B => a == first ? 1 : 0, _ => 2 };
        return (((first * policies) + Math.Max(a, b)) * 3) + outcome;
    }

    /// <summary>Why strengths cannot be compared, or null.</summary>
    private static string? Gap(int policies, int[] counts)
    {
        if (policies < 2)
        {
            return "There are fewer than two policies.";
        }

        var reached = new bool[policies];
        var open = new Stack<int>([0]);
        while (open.TryPop(out var i))
        {
            if (reached[i])
            {
                continue;
            }

            reached[i] = true;
            for (var j = 0; j < policies; j++)
            {
                var at = ((Math.Min(i, j) * policies) + Math.Max(i, j)) * 3;
                if (i != j && counts[at] + counts[at + 1] + counts[at + 2] > 0)
                {
                    open.Push(j);
                }
            }
        }

        return Array.IndexOf(reached, false) is var alone and >= 0 ? $"No chain of battles joins policies 0 and {alone}." : null;
    }

    /// <summary>Newton's method on θ and, with Davidson's ties, τ = ln ν, which comes last.</summary>
    private sealed class Solver
    {
        private readonly int _policies;
        private readonly int _size;
        private readonly double[] _hessian;
        private readonly double[] _step;
        private readonly double[] _at;

        public Solver(int policies, TieRule ties)
        {
            _policies = policies;
            _size = policies + (ties is TieRule.Davidson ? 1 : 0);
            (_hessian, _step, _at) = (new double[_size * _size], new double[_size], new double[policies + 1]);
            _at[policies] = JointPriors.LogTieMean;
        }

        public ReadOnlySpan<double> Strengths => _at.AsSpan(0, _policies);

        public double LogTie => _at[_policies];

        private bool HasTies => _size > _policies;

        public void Restart(double[] start) => start.CopyTo(_at, 0);

        public void Solve(int[] counts, int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                Build(counts);
                Cholesky.Solve(_hessian, _step, _size);
                for (var i = 0; i < _size; i++)
                {
                    _at[i] += Math.Clamp(_step[i], -2, 2);
                }
            }
        }

        private void Build(int[] counts)
        {
            Array.Clear(_hessian);
            for (var i = 0; i < _policies; i++)
            {
                _step[i] = -StrengthPrecision * _at[i];
                _hessian[(i * _size) + i] = StrengthPrecision;
            }

            if (HasTies)
            {
                _step[_policies] = -JointPriors.LogTiePrecision * (LogTie - JointPriors.LogTieMean);
                _hessian[(_size * _size) - 1] = JointPriors.LogTiePrecision;
            }

            var tie = HasTies ? DeterministicMath.Exp(LogTie) : 0;
            for (var i = 0; i < _policies; i++)
            {
                for (var j = i + 1; j < _policies; j++)
                {
                    var at = ((i * _policies) + j) * 3;
                    if (counts[at] + counts[at + 1] + counts[at + 2] > 0)
                    {
                        AddPair(i, j, (counts[at], counts[at + 1], counts[at + 2]), tie);
                    }
                }
            }
        }

        /// <summary>Derivatives as in <see cref="JointKernel.Accumulate"/>; with half ties ν is 0 and the ties cancel out of the gradient's first term.</summary>
        private void AddPair(int i, int j, (int Won, int Lost, int Tied) count, double tie)
        {
            var (won, lost, tied) = count;
            var odds = DeterministicMath.Exp(0.5 * (_at[i] - _at[j]));
            var scale = 1 / (odds + (1 / odds) + tie);
            var (gap, share) = ((odds - (1 / odds)) * scale, tie * scale);
            var n = (double)won + lost + tied;
            var slope = 0.5 * (won - lost - (n * gap));
            var curve = 0.25 * n * (1 - share - (gap * gap));
            _step[i] += slope;
            _step[j] -= slope;
            _hessian[(i * _size) + i] += curve;
            _hessian[(j * _size) + j] += curve;
            _hessian[(j * _size) + i] -= curve;
            if (HasTies)
            {
                var cross = -0.5 * n * share * gap;
                _step[_policies] += tied - (n * share);
                _hessian[(_size * _size) - 1] += n * share * (1 - share);
                _hessian[(_policies * _size) + i] += cross;
                _hessian[(_policies * _size) + j] -= cross;
            }
        }
    }
}

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Parameters of the joint model and the Newton step that moves them.</summary>
internal sealed class JointParameters
{
    private static readonly Symmetric3 s_prior = new(JointPriors.ReliabilityPrecision, 0, 0, JointPriors.PositionPrecision, 0, JointPriors.StylePrecision);

    public JointParameters(int annotators)
    {
        (Reliability, Position, Style) = (new double[annotators], new double[annotators], new double[annotators]);
        Array.Fill(Reliability, JointPriors.ReliabilityMean);
        LogTie = JointPriors.LogTieMean;
    }

    /// <summary>a of each annotator.</summary>
    public double[] Reliability { get; private set; }

    /// <summary>b of each annotator.</summary>
    public double[] Position { get; private set; }

    /// <summary>c of each annotator.</summary>
    public double[] Style { get; private set; }

    /// <summary>Common γ.</summary>
    public double CommonStyle { get; set; }

    /// <summary>τ = ln ν.</summary>
    public double LogTie { get; set; }

    /// <summary>s·b + (γ + c)·Δstyle of a vote.</summary>
    public double Offset(int annotator, double side, double style) => (side * Position[annotator]) + ((CommonStyle + Style[annotator]) * style);

    /// <summary>Information with the prior's; positive definite.</summary>
    public static Symmetric3 WithPrior(Symmetric3 information) => information + s_prior;

    /// <summary>Room for one more annotator, at the prior means.</summary>
    public void Add()
    {
        Reliability = [.. Reliability, JointPriors.ReliabilityMean];
        Position = [.. Position, 0];
        Style = [.. Style, 0];
    }

    /// <summary>One Newton step of one annotator with the common parameters held.</summary>
    public void Step(int annotator, in JointSums sums)
    {
        var (a, b, c) = Gradient(annotator, sums);
        var (stepA, stepB, stepC) = WithPrior(sums.Information).Inverse().Times(a, b, c);
        Move(annotator, stepA, stepB, stepC);
    }

    /// <summary>
    /// One Newton step of everything. The Hessian is an arrowhead: blocks of three per annotator, joined by γ and τ alone, so γ and τ come from a 2×2 Schur complement.
    /// </summary>
    public void Step(JointSums[] sums)
    {
        var (gradientStyle, gradientTie) = (-JointPriors.CommonStylePrecision * CommonStyle, -JointPriors.LogTiePrecision * (LogTie - JointPriors.LogTieMean));
        var (styleStyle, styleTie, tieTie) = (JointPriors.CommonStylePrecision, 0.0, JointPriors.LogTiePrecision);
        for (var k = 0; k < sums.Length; k++)
        {
            ref readonly var sum = ref sums[k];
            var inverse = WithPrior(sum.Information).Inverse();
            var (a, b, c) = Gradient(k, sum);
            var byStyle = inverse.Times(sum.Information.Ac, sum.Information.Bc, sum.Information.Cc);
            var byTie = inverse.Times(sum.TieA, sum.TieB, sum.TieC);
            gradientStyle += sum.C - ((byStyle.A * a) + (byStyle.B * b) + (byStyle.C * c));
            gradientTie += sum.Tie - ((byTie.A * a) + (byTie.B * b) + (byTie.C * c));
            styleStyle += sum.Information.Cc - ((byStyle.A * sum.Information.Ac) + (byStyle.B * sum.Information.Bc) + (byStyle.C * sum.Information.Cc));
            styleTie += sum.TieC - ((byStyle.A * sum.TieA) + (byStyle.B * sum.TieB) + (byStyle.C * sum.TieC));
            tieTie += sum.TieInformation - ((byTie.A * sum.TieA) + (byTie.B * sum.TieB) + (byTie.C * sum.TieC));
        }

        var determinant = (styleStyle * tieTie) - (styleTie * styleTie);
        var stepStyle = Bounded(((tieTie * gradientStyle) - (styleTie * gradientTie)) / determinant);
        var stepTie = Bounded(((styleStyle * gradientTie) - (styleTie * gradientStyle)) / determinant);
        for (var k = 0; k < sums.Length; k++)
        {
            ref readonly var sum = ref sums[k];
            var (a, b, c) = Gradient(k, sum);
            var (stepA, stepB, stepC) = WithPrior(sum.Information).Inverse().Times(
                a - (sum.Information.Ac * stepStyle) - (sum.TieA * stepTie),
                b - (sum.Information.Bc * stepStyle) - (sum.TieB * stepTie),
                c - (sum.Information.Cc * stepStyle) - (sum.TieC * stepTie));
            Move(k, stepA, stepB, stepC);
        }

        CommonStyle += stepStyle;
        LogTie += stepTie;
    }

    private (double A, double B, double C) Gradient(int k, in JointSums sums) => (
        sums.A - (JointPriors.ReliabilityPrecision * (Reliability[k] - JointPriors.ReliabilityMean)),
        sums.B - (JointPriors.PositionPrecision * Position[k]),
        sums.C - (JointPriors.StylePrecision * Style[k]));

    private void Move(int k, double a, double b, double c)
    {
        Reliability[k] += Bounded(a);
        Position[k] += Bounded(b);
        Style[k] += Bounded(c);
    }

    /// <summary>A step that is too long for the quadratic it comes from is cut to 1.</summary>
    private static double Bounded(double step) => Math.Clamp(step, -1, 1);
}

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>A symmetric 3×3 matrix, one annotator's information about (a, b, c).</summary>
internal readonly record struct Symmetric3(double Aa, double Ab, double Ac, double Bb, double Bc, double Cc)
{
    /// <summary>Positive definite by Sylvester's criterion.</summary>
    public bool IsPositive => Aa > 0 && (Aa * Bb) - (Ab * Ab) > 0 && Determinant > 0;

    private double Determinant => (Aa * ((Bb * Cc) - (Bc * Bc))) - (Ab * ((Ab * Cc) - (Bc * Ac))) + (Ac * ((Ab * Bc) - (Bb * Ac)));

    public static Symmetric3 operator +(Symmetric3 x, Symmetric3 y) => new(x.Aa + y.Aa, x.Ab + y.Ab, x.Ac + y.Ac, x.Bb + y.Bb, x.Bc + y.Bc, x.Cc + y.Cc);

    public static Symmetric3 operator -(Symmetric3 x, Symmetric3 y) => new(x.Aa - y.Aa, x.Ab - y.Ab, x.Ac - y.Ac, x.Bb - y.Bb, x.Bc - y.Bc, x.Cc - y.Cc);

    /// <summary>The inverse by cofactors; the caller knows that the matrix is positive definite.</summary>
    public Symmetric3 Inverse()
    {
        var scale = 1 / Determinant;
        return new(
            ((Bb * Cc) - (Bc * Bc)) * scale, ((Ac * Bc) - (Ab * Cc)) * scale, ((Ab * Bc) - (Ac * Bb)) * scale,
            ((Aa * Cc) - (Ac * Ac)) * scale, ((Ab * Ac) - (Aa * Bc)) * scale, ((Aa * Bb) - (Ab * Ab)) * scale);
    }

    /// <summary>The product with a column.</summary>
    public (double A, double B, double C) Times(double a, double b, double c) =>
        ((Aa * a) + (Ab * b) + (Ac * c), (Ab * a) + (Bb * b) + (Bc * c), (Ac * a) + (Bc * b) + (Cc * c));
}

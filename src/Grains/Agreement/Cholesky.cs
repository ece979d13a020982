namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Solves positive definite systems in place.</summary>
internal static class Cholesky
{
    /// <summary>Overwrites <paramref name="column"/> with matrix⁻¹·column and the lower triangle of <paramref name="matrix"/>, the only part read, with its factor.</summary>
    public static void Solve(double[] matrix, double[] column, int size)
    {
        for (var i = 0; i < size; i++)
        {
            var row = matrix.AsSpan(i * size, i + 1);
            for (var j = 0; j <= i; j++)
            {
                var other = matrix.AsSpan(j * size, j + 1);
                var sum = row[j];
                for (var k = 0; k < j; k++)
                {
                    sum -= row[k] * other[k];
                }

                row[j] = i == j ? Math.Sqrt(sum) : sum / other[j];
            }
        }

        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < i; k++)
            {
                column[i] -= matrix[(i * size) + k] * column[k];
            }

            column[i] /= matrix[(i * size) + i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
            {
                column[i] -= matrix[(k * size) + i] * column[k];
            }

            column[i] /= matrix[(i * size) + i];
        }
    }
}

using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Kendall's τ-b between two orders of the same responses (Biometrika 33, 1945): (C − D) / √((C + D + T₁)(C + D + T₂)), T₁ and T₂ being pairs that only the one order ties.</summary>
public static class KendallTau
{
    /// <summary>From −1, the reverse order, to 1, the same; null where one of them ties everything.</summary>
    public static double? Of(Ranking one, Ranking other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Count, one.Count);
        var (same, opposite, onlyOne, onlyOther) = (0, 0, 0, 0);
        for (var a = 0; a < one.Count; a++)
        {
            for (var b = a + 1; b < one.Count; b++)
            {
                var (first, second) = (one.Compare(a, b), other.Compare(a, b));
                same += first * second > 0 ? 1 : 0;
                opposite += first * second < 0 ? 1 : 0;
                onlyOne += first == 0 && second != 0 ? 1 : 0;
                onlyOther += first != 0 && second == 0 ? 1 : 0;
            }
        }

        var (untiedOne, untiedOther) = (same + opposite + onlyOther, same + opposite + onlyOne);
        return untiedOne == 0 || untiedOther == 0 ? null : (same - opposite) / Math.Sqrt((double)untiedOne * untiedOther);
    }
}

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>How far each model is in the order of pairs. Not part of a snapshot: it is found again by walking once.</summary>
internal sealed partial class ShardIndex
{
    private readonly Dictionary<int, int> _apart = [];

    /// <summary>The first pair that a model may still have to judge.</summary>
    public int ApartFrom(int annotator)
    {
        var pair = _apart.GetValueOrDefault(annotator);
        while (annotator != None && pair < _pairs.Count && LiveJudgment(pair, annotator) != None)
        {
            pair++;
        }

        if (annotator != None)
        {
            _apart[annotator] = pair;
        }

        return pair;
    }

    /// <summary>A judgment ended: the walk begins anew.</summary>
    private void WalkApartAgain(int annotator) => _apart.Remove(annotator);
}

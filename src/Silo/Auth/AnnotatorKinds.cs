using System.Collections.Concurrent;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Whether an annotator is a model. A person's kind never changes, so it is asked once.</summary>
internal sealed class AnnotatorKinds(IGrainFactory grains)
{
    public const string Model = "model";
    private readonly ConcurrentDictionary<AnnotatorId, bool> _models = new();

    public async ValueTask<bool> IsModelAsync(AnnotatorId annotator, CancellationToken cancellationToken)
    {
        if (_models.TryGetValue(annotator, out var known))
        {
            return known;
        }

        var person = await grains.GetGrain<IPeopleGrain>("_").GetAsync(annotator, cancellationToken);
        return person is not null && _models.GetOrAdd(annotator, person.Kind is Model);
    }
}

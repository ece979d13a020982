using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Silo.Policies;

/// <summary>Keeps uploads and the publication of a policy apart on this host: what is hashed and registered is not replaced meanwhile.</summary>
internal sealed class PolicyGate
{
    private const int Publishing = -1;
    private readonly Dictionary<(ProjectId Project, string Policy), int> _underWay = [];

    /// <summary>A place beside other uploads, or null while the policy is published.</summary>
    public IDisposable? TryUpload(ProjectId project, string policy) => TryEnter((project, policy), now => now == Publishing ? null : now + 1);

    /// <summary>The only place, or null while files are uploaded or someone else publishes.</summary>
    public IDisposable? TryPublish(ProjectId project, string policy) => TryEnter((project, policy), now => now == 0 ? Publishing : null);

    private Place? TryEnter((ProjectId, string) key, Func<int, int?> next)
    {
        lock (_underWay)
        {
            if (next(_underWay.GetValueOrDefault(key)) is not { } count)
            {
                return null;
            }

            _underWay[key] = count;
            return new(this, key);
        }
    }

    private void Leave((ProjectId, string) key)
    {
        lock (_underWay)
        {
            if (_underWay[key] is var count and > 1)
            {
                _underWay[key] = count - 1;
            }
            else
            {
                _underWay.Remove(key);
            }
        }
    }

    private sealed class Place(PolicyGate gate, (ProjectId, string) key) : IDisposable
    {
        public void Dispose() => gate.Leave(key);
    }
}

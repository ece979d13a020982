using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Runs the silo's lifecycle inside the host's.</summary>
internal sealed class SiloHostedService(IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants, LifecycleSubject lifecycle) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var participant in participants)
        {
            participant.Participate(lifecycle);
        }

        return lifecycle.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => lifecycle.StopAsync(cancellationToken);
}

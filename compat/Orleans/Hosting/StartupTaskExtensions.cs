using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Work at silo start. What it throws fails the host's start.</summary>
public static class StartupTaskExtensions
{
    /// <summary>Adds a function.</summary>
    public static ISiloBuilder AddStartupTask(
        this ISiloBuilder builder, Func<IServiceProvider, CancellationToken, Task> startupTask, int stage = ServiceLifecycleStage.Active)
    {
        builder.Services.AddTransient<ILifecycleParticipant<ISiloLifecycle>>(services => new Participant(services, startupTask, stage));
        return builder;
    }

    private sealed class Participant(IServiceProvider services, Func<IServiceProvider, CancellationToken, Task> startupTask, int stage) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<Participant>(stage, token => startupTask(services, token));
    }
}

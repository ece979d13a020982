using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Orleans.Dpo.Compat.Tests.Orleans;

public sealed class OrleansHostingTests
{
    private readonly string _key = Journal.NewKey("hosting");

    private Journal Journal => Journal.Of(_key);

    [Fact]
    public async Task Filters_run_in_order_then_the_grains_own_and_may_replace_the_result()
    {
        await using var cluster = ClusterFixture.Build((_, silo) => silo.AddIncomingGrainCallFilter<RecordingFilter>().AddIncomingGrainCallFilter(async context =>
        {
            // The silo's own calls come by here too.
            if (context.InterfaceName == typeof(IFilteredGrain).FullName)
            {
                Journal.Add($"B {context.MethodName}");
            }

            await context.Invoke();
        }));
        await cluster.DeployAsync();
        Assert.Equal(43, await cluster.Client.GetGrain<IFilteredGrain>(_key).DoubleAsync(21));
        Assert.Equal(
            ["A DoubleAsync", "B DoubleAsync", "grain DoubleAsync", "FilteredGrain.DoubleAsync(21) = 42 in FilteredGrain"],
            Journal.Entries);
    }

    [Fact]
    public async Task A_filter_may_swallow_an_exception_and_answer_instead()
    {
        await using var cluster = ClusterFixture.Build((_, silo) => silo.AddIncomingGrainCallFilter(async context =>
        {
            try
            {
                await context.Invoke();
            }
            catch (InvalidOperationException exception) when (context.MethodName is nameof(IFilteredGrain.FailAsync))
            {
                context.Result = exception.Message.Length;
            }
        }));
        await cluster.DeployAsync();
        Assert.Equal(3, await cluster.Client.GetGrain<IFilteredGrain>(_key).FailAsync(123));
    }

    [Fact]
    public async Task Filters_see_timer_ticks_and_reminders()
    {
        await using var cluster = ClusterFixture.Build((_, silo) => silo.AddIncomingGrainCallFilter<RecordingFilter>());
        await cluster.DeployAsync();
        await cluster.Client.GetGrain<IFilteredGrain>(_key).StartTimerAsync();
        await Journal.Contains("A InvokeCallbackAsync");
        await cluster.Client.GetGrain<IReminderGrain>(_key).RegisterAsync("r", TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1));
        await Journal.Contains("A ReceiveReminder");
    }

    [Fact]
    public async Task A_startup_task_can_call_grains()
    {
        await using var cluster = ClusterFixture.Build((_, silo) => silo.AddStartupTask(async (services, _) =>
            Journal.Add($"{await services.GetRequiredService<IGrainFactory>().GetGrain<IFilteredGrain>(_key).DoubleAsync(4)}")));
        await cluster.DeployAsync();
        Assert.Equal("8", Journal.Entries[^1]);
    }

    [Fact]
    public async Task A_startup_task_that_throws_fails_the_hosts_start()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort: 12411, gatewayPort: 12412).AddStartupTask((_, _) => throw new InvalidDataException("not today")));
        using var host = builder.Build();
        Assert.Equal("not today", (await Assert.ThrowsAsync<InvalidDataException>(() => host.StartAsync())).Message);
    }

    [Fact]
    public async Task A_collection_age_must_exceed_the_quantum()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort: 12421, gatewayPort: 12422)
            .Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromSeconds(30)));
        using var host = builder.Build();
        await Assert.ThrowsAsync<OrleansConfigurationException>(() => host.StartAsync());
    }

    [Fact]
    public async Task A_silo_runs_in_a_plain_host_and_serves_its_services()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("Some:Age", "01:00:00")]);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort: 12431, gatewayPort: 12432, serviceId: "svc")
            .ConfigureServices(services => services.AddSingleton(new Unregistered()))
            .Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.Parse(silo.Configuration["Some:Age"]!, null)));
        using var host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IClusterClient>().GetGrain<INeedyGrain>(_key).DoAsync();
        Assert.Equal("svc", host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<ClusterOptions>>().Value.ServiceId);
        Assert.Same(host.Services.GetRequiredService<IGrainFactory>(), host.Services.GetRequiredService<IGrainFactory>());
        await host.StopAsync();
    }

    [Fact]
    public async Task Lifecycle_participants_start_upwards_and_stop_downwards()
    {
        await using var cluster = ClusterFixture.Build((_, silo) => silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Participant(Journal)));
        await cluster.DeployAsync();
        await cluster.StopAllSilosAsync();
        Assert.Equal(["start 10000", "start 20000", "stop 20000", "stop 10000"], Journal.Entries);
    }

    [Fact]
    public async Task A_graceful_stop_deactivates_everything_and_waits()
    {
        var cluster = ClusterFixture.Build((_, _) => { });
        await cluster.DeployAsync();
        await cluster.Client.GetGrain<ILifeGrain>(_key).InstanceAsync();
        await cluster.StopAllSilosAsync();
        Assert.Equal(["activate", "deactivate ShuttingDown"], Journal.Entries);
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_killed_silo_deactivates_what_is_idle_and_answers_nobody()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddMemoryGrainStorageAsDefault());
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        await cluster.Client.GetGrain<ILifeGrain>(_key).InstanceAsync();
        var slow = cluster.Client.GetGrain<ICallGrain>(_key).SlowAsync("gate");
        await Journal.Contains("slow");
        await cluster.KillSiloAsync(cluster.Silos[0]);
        Journal.Open("gate");
        await Assert.ThrowsAnyAsync<Exception>(() => slow);
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Client.GetGrain<ICallGrain>(_key).PingAsync(1));
        await Journal.Contains("deactivate ShuttingDown");
    }

    [Fact]
    public async Task A_restarted_silo_serves_the_same_client()
    {
        await using var cluster = ClusterFixture.Build((_, _) => { });
        await cluster.DeployAsync();
        var grain = cluster.Client.GetGrain<ILifeGrain>(_key);
        var before = await grain.InstanceAsync();
        await cluster.RestartSiloAsync(cluster.Silos[0]);
        Assert.NotEqual(before, await grain.InstanceAsync());
        Assert.Single(cluster.Silos);
    }

    private sealed class Participant(Journal journal) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
            foreach (var stage in new[] { ServiceLifecycleStage.Active, ServiceLifecycleStage.ApplicationServices })
            {
                lifecycle.Subscribe<Participant>(
                    stage,
                    _ =>
                    {
                        journal.Add($"start {stage}");
                        return Task.CompletedTask;
                    },
                    _ =>
                    {
                        journal.Add($"stop {stage}");
                        return Task.CompletedTask;
                    });
            }
        }
    }
}

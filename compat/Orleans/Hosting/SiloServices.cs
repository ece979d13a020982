using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Hosting;

internal static class SiloServices
{
    public static void AddSilo(this IServiceCollection services, IConfiguration configuration, Action<ISiloBuilder> configure)
    {
        if (!services.Any(service => service.ServiceType == typeof(Silo)))
        {
            services.AddLogging();
            services.AddOptions();
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton(new DeliveryOrder(bool.TryParse(configuration[DeliveryOrder.Key], out var shuffled) && shuffled));
            services.AddSingleton<Silo>();
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<Silo>());
            services.AddSingleton<IClusterClient>(provider =>
            {
                var silo = provider.GetRequiredService<Silo>();
                return new GrainFactory(() => silo.Types, silo.Endpoint, provider);
            });
            services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<IClusterClient>());
            services.AddSingleton<DeepCopier>();
            services.AddScoped<GrainContextHolder>();
            services.AddScoped(provider => provider.GetRequiredService<GrainContextHolder>().Context ?? throw new InvalidOperationException("There is no grain here."));
            services.AddSingleton<LifecycleSubject>();
            services.AddHostedService<SiloHostedService>();
        }

        configure(new SiloBuilder(services, configuration));
    }
}

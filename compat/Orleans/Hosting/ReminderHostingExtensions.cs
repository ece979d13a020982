using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Hosting;

/// <summary>Registers reminders.</summary>
public static class ReminderHostingExtensions
{
    /// <summary>Adds the reminder service over the registered <see cref="IReminderTable"/>.</summary>
    public static IServiceCollection AddReminders(this IServiceCollection services)
    {
        services.AddOptions<ReminderOptions>();
        services.TryAddSingleton<LocalReminderService>();
        services.TryAddSingleton<IReminderRegistry>(provider => provider.GetRequiredService<LocalReminderService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, LocalReminderService>(
            provider => provider.GetRequiredService<LocalReminderService>()));
        return services;
    }

    /// <inheritdoc cref="AddReminders(IServiceCollection)"/>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder)
    {
        builder.Services.AddReminders();
        return builder;
    }

    /// <summary>Adds reminders that are lost with the process.</summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
    {
        builder.Services.AddSingleton<IReminderTable, InMemoryReminderTable>();
        return builder.AddReminders();
    }
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace Orleans.Dpo.Silo.Storage;

/// <summary>Puts grain state, reminders and the ledger on one blob store.</summary>
public static class StorageRegistration
{
    /// <summary>Name of the default grain storage.</summary>
    public const string DefaultStorage = "Default";

    /// <summary>The name that grains of this project ask for.</summary>
    public const string BlobStorage = "blob";

    /// <summary>Registers the store, the clock and the ledger's options.</summary>
    public static IServiceCollection AddBlobStore(this IServiceCollection services, Func<IServiceProvider, IBlobStore> create)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(create);
        services.AddOptions<LedgerOptions>().BindConfiguration(LedgerOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        return services;
    }

    /// <summary>Grain state and reminders go to the registered store.</summary>
    public static ISiloBuilder UseBlobStorage(this ISiloBuilder silo)
    {
        silo.Services.AddGrainStorage(DefaultStorage, (services, _) => new BlobGrainStorage(services.GetRequiredService<IBlobStore>()));
        silo.Services.AddGrainStorage(BlobStorage, (services, _) => new BlobGrainStorage(services.GetRequiredService<IBlobStore>()));
        silo.Services.AddSingleton<IReminderTable>(services => new BlobReminderTable(services.GetRequiredService<IBlobStore>()));
        silo.AddReminders();
        return silo;
    }
}

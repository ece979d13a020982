using Orleans.Dpo.Silo.Storage;

namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Blobs in files or in Azure; grain state, reminders and the ledger lie on the same blobs.</summary>
internal static class StoreSetup
{
    public static WebApplicationBuilder AddStore(this WebApplicationBuilder builder, SiloOptions options)
    {
        builder.Services.AddBlobStore(services => new FileBlobStore(options.Data, services.GetRequiredService<TimeProvider>()));
        return builder;
    }
}

using Azure.Storage.Blobs;
using Orleans.Dpo.Silo.Storage;

namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Blobs in files or in Azure; grain state, reminders and the ledger lie on the same blobs.</summary>
internal static class StoreSetup
{
    private const string Container = "orleans-dpo";

    public static WebApplicationBuilder AddStore(this WebApplicationBuilder builder, SiloOptions options)
    {
        builder.Services.AddBlobStore(services => options.Azure is { } connection
            ? OpenAzure(connection)
            : new FileBlobStore(options.Data, services.GetRequiredService<TimeProvider>()));
        return builder;
    }

    private static AzureBlobStore OpenAzure(string connection)
    {
        new BlobContainerClient(connection, Container).CreateIfNotExists();
        return new AzureBlobStore(connection, Container);
    }
}

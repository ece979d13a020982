using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Storage;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace Orleans.Dpo.Silo.Hosting;

/// <summary>The silo: one process with localhost clustering, grain state and reminders in the blob store.</summary>
internal static class GrainSetup
{
    public static WebApplicationBuilder AddGrains(this WebApplicationBuilder builder)
    {
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering().UseBlobStorage();
            silo.Services.AddGrainStorage("blob", (services, _) => new BlobGrainStorage(services.GetRequiredService<IBlobStore>()));
        });
        return builder;
    }
}

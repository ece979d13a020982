using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Hosting;

namespace Orleans.Dpo.Bench;

/// <summary>The product's host, composed as its own Program does, and beside it the bare endpoint that it is compared with.</summary>
internal static class ServerProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = SiloOptions.Read(args);
        var builder = SiloComposition.CreateBuilder(options);
        builder.AddStore(options);
        builder.AddGrains();
        builder.AddAuth(options);
        builder.AddApi();
        builder.AddServices(options);
        await using var app = builder.Build();
        app.UseAuth();
        app.MapApi();
        app.MapPages();
        await using var bare = new BareLog(Path.Combine(options.Data, "bare.log"));
        app.MapPost("/bare", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            await bare.AppendAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
            return TypedResults.Ok(new[] { new { status = "stored" } });
        }).AllowAnonymous();
        return await app.RunToExitCodeAsync(options);
    }
}

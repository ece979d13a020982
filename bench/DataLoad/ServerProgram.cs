using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orleans.Dpo.Silo.Hosting;

namespace Orleans.Dpo.Bench;

/// <summary>The product's host, composed as it is, and beside it the bare endpoint that it is compared with.</summary>
internal static class ServerProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = SiloOptions.Read(args);
        await using var app = SiloComposition.Build(options);
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

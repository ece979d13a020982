using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Silo.Agreement;
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

        // What the statistics hold at this moment, without making them catch up first.
        var agreement = app.Services.GetRequiredService<AgreementService>();
        app.MapGet("/followed/{project}", (string project) => ProjectId.TryParse(project, out var id)
            ? Results.Json(agreement.Peek(id, model => new { votes = model.Votes, fits = model.Fits }))
            : Results.NotFound()).AllowAnonymous();

        app.MapPost("/refit/{project}", (string project, CancellationToken cancellationToken) => agreement.RefitAsync(project, cancellationToken)).AllowAnonymous();

        // What the collector knew when it last ran, in MiB.
        app.MapGet("/heap", () =>
        {
            var heap = GC.GetGCMemoryInfo();
            return Results.Text(string.Create(CultureInfo.InvariantCulture, $"managed {heap.HeapSizeBytes >> 20} MiB, of it free {heap.FragmentedBytes >> 20}; committed {heap.TotalCommittedBytes >> 20}"));
        }).AllowAnonymous();
        return await app.RunToExitCodeAsync(options);
    }
}

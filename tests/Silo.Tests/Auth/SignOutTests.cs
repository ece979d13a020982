using System.Net;
using Orleans.Dpo.Silo.Tests.Api;

namespace Orleans.Dpo.Silo.Tests.Auth;

public sealed class SignOutTests(SiloHost host) : IClassFixture<SiloHost>
{
    [Fact]
    public async Task Who_signs_out_is_out_even_where_a_ledger_cannot_be_written()
    {
        // A file stands where the shard's folder would be.
        var ledger = Directory.CreateDirectory(Path.Combine(host.Data, "data", "projects", "blocked", "ledger"));
        await File.WriteAllTextAsync(Path.Combine(ledger.FullName, "0"), "");
        (await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = "blocked", shards = 1, settings = new { title = "blocked" } }))).EnsureSuccessStatusCode();

        var person = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name = "leaver", roles = new[] { "annotator" } })));
        var link = new Uri((string)(await Body.ReadAsync(await host.Admin.PostAsync($"/api/v1/people/{person["id"]}/links", Body.Text("{}"))))["url"]!);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Url };
        (await PostAsync(browser, "/signin", ("token", link.Query[7..]))).Dispose();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync(browser, "/signout")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/me")).StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        request.Headers.Add("Origin", host.Url.GetLeftPart(UriPartial.Authority));
        return await browser.SendAsync(request);
    }
}

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Tests.Api;

namespace Orleans.Dpo.Silo.Tests.Auth;

/// <summary>Limits that would get in the way of other suites: on a host of their own.</summary>
public sealed class LimitsTests(SiloHost host) : IClassFixture<SiloHost>
{
    [Fact]
    public async Task Guessing_passwords_ends_after_twenty_tries_a_minute()
    {
        using var browser = host.WithKey(null);
        browser.DefaultRequestHeaders.Add("Origin", host.Url.GetLeftPart(UriPartial.Authority));
        for (var i = 0; i < 20; i++)
        {
            await Body.IsProblemAsync(await GuessAsync(browser, i), HttpStatusCode.Unauthorized, "unknown-credential");
        }

        await Body.IsProblemAsync(await GuessAsync(browser, 20), HttpStatusCode.TooManyRequests, "too-many-requests");
    }

    [Fact]
    public async Task A_stored_answer_is_gone_after_a_day()
    {
        var path = await host.AddProjectAsync("a-day", pairs: 0);
        Assert.Equal("""{"id":"p1"}""", await ReserveAsync(path));
        Assert.Equal("""{"id":"p1"}""", await ReserveAsync(path));
        var sweep = host.App.Services.GetRequiredService<IdempotencySweep>();
        Assert.Equal(0, await sweep.SweepAsync(CancellationToken.None));
        host.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(1, await sweep.SweepAsync(CancellationToken.None));
        Assert.Equal(0, await sweep.SweepAsync(CancellationToken.None));
    }

    private static Task<HttpResponseMessage> GuessAsync(HttpClient browser, int i) => browser.PostAsync(
        "/signin", new FormUrlEncodedContent([KeyValuePair.Create("name", "admin"), KeyValuePair.Create("password", $"guess {i}")]));

    private async Task<string> ReserveAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/policies") { Content = Body.Text("{}"), Headers = { { "Idempotency-Key", "once" } } };
        return await (await host.Admin.SendAsync(request)).Content.ReadAsStringAsync();
    }
}

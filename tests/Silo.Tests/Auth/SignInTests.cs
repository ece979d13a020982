using System.Net;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Tests.Api;

namespace Orleans.Dpo.Silo.Tests.Auth;

[Collection(SiloCollection.Name)]
public sealed class SignInTests(SiloHost host)
{
    [Fact]
    public async Task A_link_signs_in_once_and_looking_at_it_does_not_use_it_up()
    {
        var url = await LinkAsync("link-ada", "annotator");
        using var browser = Browser();
        var page = await browser.GetAsync(url.PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("method=\"post\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await browser.GetAsync(url.PathAndQuery);
        var signedIn = await SignInAsync(browser, ("token", Token(url)));
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        await Body.IsAsync(await browser.GetAsync("/api/v1/me"), HttpStatusCode.OK, """{"id":"*","name":"link-ada","roles":["annotator"],"via":"cookie"}""");
        using var thief = Browser();
        await Body.IsProblemAsync(await SignInAsync(thief, ("token", Token(url))), HttpStatusCode.Unauthorized, "unknown-credential");
    }

    [Fact]
    public async Task A_link_lapses()
    {
        var url = await LinkAsync("late-ada", "annotator", hours: 1);
        host.Clock.Advance(TimeSpan.FromHours(2));
        using var browser = Browser();
        await Body.IsProblemAsync(await SignInAsync(browser, ("token", Token(url))), HttpStatusCode.Unauthorized, "unknown-credential");
    }

    [Fact]
    public async Task A_password_signs_in_and_a_wrong_one_does_not()
    {
        var person = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name = "pass-ada", roles = new[] { "operator" } })));
        await Body.IsProblemAsync(await host.Admin.PutAsync($"/api/v1/people/{person["id"]}/password", Body.Json(new { password = "short" })), HttpStatusCode.BadRequest, "bad-request");
        Assert.Equal(HttpStatusCode.NoContent, (await host.Admin.PutAsync($"/api/v1/people/{person["id"]}/password", Body.Json(new { password = "correct horse" }))).StatusCode);
        using var browser = Browser();
        foreach (var (name, password) in new[] { ("pass-ada", "wrong horse"), ("nobody", "correct horse"), ("", ""), ("link-ada", "") })
        {
            await Body.IsProblemAsync(await SignInAsync(browser, ("name", name), ("password", password)), HttpStatusCode.Unauthorized, "unknown-credential");
        }

        var signedIn = await SignInAsync(browser, ("name", "pass-ada"), ("password", "correct horse"), ("returnUrl", "/p/demo?x=1"));
        Assert.Equal("/p/demo?x=1", signedIn.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public void Signing_in_never_leads_to_another_site(string target) => Assert.Equal("/", SignInApi.LocalReturn(target));

    [Fact]
    public async Task An_unsafe_call_with_the_cookie_must_come_from_our_own_pages()
    {
        using var browser = await SignedInAsync("origin-ada", "operator");
        await Body.IsProblemAsync(await PostProjectAsync(browser, origin: null), HttpStatusCode.Forbidden, "cross-origin");
        await Body.IsProblemAsync(await PostProjectAsync(browser, origin: "https://evil.example"), HttpStatusCode.Forbidden, "cross-origin");
        await Body.IsProblemAsync(await PostProjectAsync(browser, origin: "null"), HttpStatusCode.Forbidden, "cross-origin");
        Assert.Equal(HttpStatusCode.Created, (await PostProjectAsync(browser, origin: host.Url.GetLeftPart(UriPartial.Authority))).StatusCode);
    }

    [Fact]
    public async Task Another_site_cannot_sign_a_browser_in()
    {
        var url = await LinkAsync("csrf-ada", "annotator");
        using var browser = Browser();
        await Body.IsProblemAsync(await SignInAsync(browser, "https://evil.example", ("token", Token(url))), HttpStatusCode.Forbidden, "cross-origin");
    }

    [Fact]
    public async Task Pages_lead_to_the_sign_in_page_and_programs_get_a_problem()
    {
        using var browser = Browser();
        using var page = new HttpRequestMessage(HttpMethod.Get, "/people");
        page.Headers.Accept.ParseAdd("text/html");
        var response = await browser.SendAsync(page);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/signin?ReturnUrl=%2Fpeople", response.Headers.Location!.ToString());
        var problem = await browser.GetAsync("/api/v1/projects");
        Assert.Equal("Bearer", problem.Headers.WwwAuthenticate.ToString());
        await Body.IsProblemAsync(problem, HttpStatusCode.Unauthorized, "unknown-credential");
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_a_key_is_shown_only_once()
    {
        var added = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/keys", Body.Json(new { name = "gone", roles = new[] { "operator" } })));
        Assert.StartsWith("odpo_", (string)added["key"]!, StringComparison.Ordinal);
        using var client = host.WithKey((string)added["key"]!);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/me")).StatusCode);
        var list = await (await host.Admin.GetAsync("/api/v1/keys?limit=1000")).Content.ReadAsStringAsync();
        Assert.DoesNotContain((string)added["key"]!, list, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", list, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Admin.DeleteAsync($"/api/v1/keys/{added["id"]}")).StatusCode);
        await Body.IsProblemAsync(await client.GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized, "unknown-credential");
        await Body.IsProblemAsync(await host.Admin.DeleteAsync($"/api/v1/keys/{added["id"]}"), HttpStatusCode.NotFound, "unknown-person");
    }

    [Theory]
    [InlineData("odpo_")]
    [InlineData("odpo_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("nonsense")]
    [InlineData("link_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_key_that_was_never_given_is_refused(string key)
    {
        using var client = host.WithKey(key);
        await Body.IsProblemAsync(await client.GetAsync("/api/v1/me"), HttpStatusCode.Unauthorized, "unknown-credential");
    }

    [Fact]
    public async Task People_are_added_with_known_roles_and_free_names_only()
    {
        await Body.IsAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name = "new-person", kind = "simulated", roles = new[] { "annotator" } })), HttpStatusCode.Created,
            """{"id":"*","name":"new-person","kind":"simulated","roles":["annotator"],"created":"*","has_password":false}""");
        await Body.IsProblemAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name = "new-person", roles = Array.Empty<string>() })), HttpStatusCode.Conflict, "name-taken");
        await Body.IsProblemAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name = "x", roles = new[] { "king" } })), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name = "x", kind = "robot", roles = Array.Empty<string>() })), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"/api/v1/people/an_{new string('0', 32)}/links", Body.Text("{}")), HttpStatusCode.NotFound, "unknown-person");
    }

    [Fact]
    public async Task One_sets_ones_own_password_and_no_other()
    {
        var ada = await host.AddAsync("own-ada", "annotator");
        var bo = await host.AddAsync("own-bo", "annotator");
        var (adaId, boId) = ((string)(await Body.ReadAsync(await ada.GetAsync("/api/v1/me")))["id"]!, (string)(await Body.ReadAsync(await bo.GetAsync("/api/v1/me")))["id"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await ada.PutAsync($"/api/v1/people/{adaId}/password", Body.Json(new { password = "my own secret" }))).StatusCode);
        await Body.IsProblemAsync(await ada.PutAsync($"/api/v1/people/{boId}/password", Body.Json(new { password = "their secret" })), HttpStatusCode.Forbidden, "missing-role");
    }

    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = host.Url };

    private async Task<HttpClient> SignedInAsync(string name, string role)
    {
        var browser = Browser();
        await SignInAsync(browser, ("token", Token(await LinkAsync(name, role))));
        return browser;
    }

    private Task<HttpResponseMessage> SignInAsync(HttpClient browser, params (string Name, string Value)[] fields) =>
        SignInAsync(browser, host.Url.GetLeftPart(UriPartial.Authority), fields);

    private static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string origin, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/signin") { Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        request.Headers.Add("Origin", origin);
        return browser.SendAsync(request);
    }

    private static Task<HttpResponseMessage> PostProjectAsync(HttpClient browser, string? origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/projects") { Content = Body.Text("""{"id":"by-cookie","settings":{}}""") };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return browser.SendAsync(request);
    }

    private async Task<Uri> LinkAsync(string name, string role, int? hours = null)
    {
        var person = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name, roles = new[] { role } })));
        var link = await Body.ReadAsync(await host.Admin.PostAsync($"/api/v1/people/{person["id"]}/links", Body.Json(new { hours })));
        return new Uri((string)link["url"]!);
    }

    private static string Token(Uri url) => url.Query["?token=".Length..];
}

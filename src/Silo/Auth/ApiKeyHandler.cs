using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Orleans.Dpo.Silo.Erasure;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Signs a program in by <c>Authorization: Bearer odpo_…</c>.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "key";
    public const string HeaderPrefix = "Bearer ";

    /// <summary>The Hub's JavaScript client sends only tokens that begin so: <c>hf_odpo_…</c> is the key <c>odpo_…</c>.</summary>
    public const string HubPrefix = "hf_";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var sent = header[HeaderPrefix.Length..].Trim();
        var key = Secret.HashOf(sent.StartsWith(HubPrefix, StringComparison.Ordinal) ? sent[HubPrefix.Length..] : sent, Secret.KeyPrefix) is { } hash
            ? await keys.FindAsync(hash, Context.RequestAborted)
            : null;
        if (key is null || (key.Person is { } person && Context.RequestServices.GetRequiredService<PersonErasure>().IsErased(person)))
        {
            return AuthenticateResult.Fail("unknown key");
        }

        var id = key.Person?.Value ?? $"key_{key.Id}";
        return AuthenticateResult.Success(new(Caller.Principal(id, key.Name, key.Roles, "key", key.Person, SchemeName), SchemeName));
    }
}

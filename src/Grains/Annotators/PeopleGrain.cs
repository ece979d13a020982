using System.Collections.Immutable;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Annotators;

internal sealed class PeopleGrain(IBlobStore store, TimeProvider time) : Grain, IPeopleGrain
{
    private readonly PeopleStore<PersonRecord> _people = new(store, "people/");
    private readonly PeopleStore<ApiKeyView> _keys = new(store, "_system/keys/");

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _people.LoadAsync(cancellationToken);
        await _keys.LoadAsync(cancellationToken);
    }

    public async Task<Outcome<PersonView>> AddAsync(NewPerson person, CancellationToken cancellationToken)
    {
        var outcome = PeopleRules.Add(_people.All, person, AnnotatorId.New(), time.GetUtcNow());
        return outcome.Value is { } added ? await WriteAsync(added, cancellationToken) : outcome.Refusal!;
    }

    public Task<PersonView?> GetAsync(AnnotatorId id, CancellationToken cancellationToken) => Task.FromResult(_people.Find(id.Value)?.View);

    public Task<PersonView?> FindAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(_people.All.FirstOrDefault(person => string.Equals(person.View.Name, name.Trim(), StringComparison.OrdinalIgnoreCase))?.View);

    public Task<ImmutableArray<PersonView>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_people.All.Select(person => person.View).ToImmutableArray());

    public Task<Outcome<PersonView>> SetRolesAsync(AnnotatorId id, ImmutableArray<string> roles, CancellationToken cancellationToken) =>
        PeopleRules.CheckRoles(roles) is { } refusal
            ? Task.FromResult<Outcome<PersonView>>(refusal)
            : ChangeAsync(id, person => person with { View = person.View with { Roles = roles } }, cancellationToken);

    public Task<Outcome<PersonView>> SetPasswordAsync(AnnotatorId id, string passwordHash, CancellationToken cancellationToken) =>
        ChangeAsync(id, person => person with { View = person.View with { HasPassword = true }, PasswordHash = passwordHash }, cancellationToken);

    public Task<string?> GetPasswordHashAsync(AnnotatorId id, CancellationToken cancellationToken) => Task.FromResult(_people.Find(id.Value)?.PasswordHash);

    public Task<Outcome<PersonView>> AddLinkAsync(AnnotatorId id, string linkHash, DateTimeOffset expires, CancellationToken cancellationToken) =>
        ChangeAsync(id, person => PeopleRules.Prune(person, time.GetUtcNow()) is var pruned ? pruned with { Links = pruned.Links.Add(new(linkHash, expires)) } : person, cancellationToken);

    public Task<Outcome<PersonView>> UseLinkAsync(string linkHash, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var owner = _people.All.FirstOrDefault(person => person.Links.Any(link => link.Hash == linkHash && link.Expires > now));
        return owner is null
            ? Task.FromResult<Outcome<PersonView>>(new Refusal(RefusalCodes.UnknownCredential, "The link has expired or was used."))
            : ChangeAsync(owner.View.Id, person => person with { Links = person.Links.RemoveAll(link => link.Hash == linkHash) }, cancellationToken);
    }

    public async Task<Outcome<ApiKeyView>> AddKeyAsync(NewApiKey key, CancellationToken cancellationToken)
    {
        var outcome = PeopleRules.AddKey(key, person => _people.Find(person.Value) is not null, time.GetUtcNow());
        if (outcome.Value is { } added)
        {
            await GuardAsync(() => _keys.WriteAsync(added.Id, added, cancellationToken));
        }

        return outcome;
    }

    public Task<ImmutableArray<ApiKeyView>> ListKeysAsync(CancellationToken cancellationToken) => Task.FromResult(_keys.All.ToImmutableArray());

    public Task RemoveAsync(AnnotatorId id, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        foreach (var key in _keys.All.Where(key => key.Person == id).Select(key => key.Id).ToArray())
        {
            await _keys.DeleteAsync(key, cancellationToken);
        }

        if (_people.Find(id.Value) is not null)
        {
            await _people.DeleteAsync(id.Value, cancellationToken);
        }
    });

    public Task<bool> RevokeKeyAsync(string keyId, CancellationToken cancellationToken) =>
        _keys.Find(keyId) is null ? Task.FromResult(false) : _keys.DeleteAsync(keyId, cancellationToken);

    private async Task<Outcome<PersonView>> ChangeAsync(AnnotatorId id, Func<PersonRecord, PersonRecord> change, CancellationToken cancellationToken) =>
        _people.Find(id.Value) is { } person
            ? await WriteAsync(change(person), cancellationToken)
            : new Refusal(RefusalCodes.UnknownCredential, $"There is no person {id}.");

    private async Task<PersonView> WriteAsync(PersonRecord person, CancellationToken cancellationToken)
    {
        await GuardAsync(() => _people.WriteAsync(person.View.Id.Value, person, cancellationToken));
        return person.View;
    }

    /// <summary>After a failed write the stored record is not known: the next activation reads it.</summary>
    private async Task GuardAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Erasure;

/// <summary>
/// Deletes all that is personal of a person and says so in every project's ledger. The wish is stored first; every step can be done again, so an erasure that was
/// cut short is gone on with by the same call or at the next start. Events keep the random id: no line of a ledger changes, and the chain verifies as before.
/// </summary>
internal sealed class PersonErasure(IBlobStore blobs, IGrainFactory grains, KeyRing keys, PersonText notes, TimeProvider time)
{
    private const string Folder = "_system/erasures/";
    private readonly ConcurrentDictionary<AnnotatorId, bool> _erased = new();

    /// <summary>True for someone whose erasure was asked for on this host: their sessions end at once, not at the next check.</summary>
    public bool IsErased(AnnotatorId person) => _erased.ContainsKey(person);

    /// <summary>The certificate; for a repeat the same one. A refusal when there never was such a person.</summary>
    public async Task<Outcome<ErasureCertificate>> EraseAsync(AnnotatorId person, string by, CancellationToken cancellationToken)
    {
        if (await BeginAsync(person, by, cancellationToken) is not { } wish)
        {
            return new Refusal(RefusalCodes.UnknownCredential, $"There is no person {person}.");
        }

        if (wish.Completed is not null)
        {
            return wish;
        }

        foreach (var step in Steps(person))
        {
            await step(cancellationToken);
        }

        return await CompleteAsync(wish, cancellationToken);
    }

    /// <summary>Goes on with erasures that were cut short.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        var open = new List<ErasureCertificate>();
        await foreach (var blob in blobs.ListAsync(Folder, cancellationToken))
        {
            if (await ReadAsync(blob.Name, cancellationToken) is { Completed: null } wish)
            {
                open.Add(wish);
            }
        }

        foreach (var wish in open)
        {
            await EraseAsync(wish.Person, wish.By, cancellationToken);
        }
    }

    /// <summary>The first step: the wish, with what there is to delete.</summary>
    internal async Task<ErasureCertificate?> BeginAsync(AnnotatorId person, string by, CancellationToken cancellationToken)
    {
        if (await ReadAsync(Blob(person), cancellationToken) is { } known)
        {
            _erased[person] = true;
            return known;
        }

        var people = grains.GetGrain<IPeopleGrain>("_");
        if (await people.GetAsync(person, cancellationToken) is null)
        {
            return null;
        }

        _erased[person] = true;
        var apiKeys = (await people.ListKeysAsync(cancellationToken)).Count(key => key.Person == person);
        var texts = (await NamesAsync(PersonText.FolderOf(person), cancellationToken)).Count;
        var hasKey = await blobs.StatAsync(PersonText.KeyBlob(person), cancellationToken) is not null;
        var wish = new ErasureCertificate { Person = person, By = by, Requested = time.GetUtcNow(), Deleted = new(Record: true, hasKey, texts, apiKeys) };
        await blobs.PutIfAbsentAsync(Blob(person), Bytes(wish), cancellationToken);
        return await ReadAsync(Blob(person), cancellationToken);
    }

    /// <summary>Access first, then the key that all texts are encrypted under, then the texts, and stored answers that name the person.</summary>
    internal IEnumerable<Func<CancellationToken, Task>> Steps(AnnotatorId person)
    {
        yield return async cancellationToken =>
        {
            await grains.GetGrain<IPeopleGrain>("_").RemoveAsync(person, cancellationToken);
            keys.Forget();
        };
        yield return async cancellationToken =>
        {
            await notes.QuiesceAsync(person);
            await blobs.DeleteAsync(PersonText.KeyBlob(person), etag: null, cancellationToken);
        };
        yield return async cancellationToken =>
        {
            foreach (var name in await NamesAsync(PersonText.FolderOf(person), cancellationToken))
            {
                await blobs.DeleteAsync(name, etag: null, cancellationToken);
            }
        };
        yield return cancellationToken => DeleteAnswersAsync(person, cancellationToken);
    }

    private async Task<ErasureCertificate> CompleteAsync(ErasureCertificate wish, CancellationToken cancellationToken)
    {
        var ledgers = ImmutableArray.CreateBuilder<ErasedIn>();
        foreach (var project in await grains.GetGrain<IProjectsGrain>("_").ListAsync(cancellationToken))
        {
            var happened = new ProjectEvent("person.erased", wish.Person.Value, EventBody.Of(("person", wish.Person.Value), ("by", wish.By)));
            var position = await grains.GetGrain<IProjectLedgerGrain>(project.Value).AppendAsync([happened], cancellationToken);
            ledgers.Add(new(project.Value, position.Seq, position.Hash));
        }

        var done = wish with { Completed = time.GetUtcNow(), Ledgers = ledgers.ToImmutable() };
        var stored = await blobs.GetAsync(Blob(wish.Person), cancellationToken) ?? throw new IOException($"{Blob(wish.Person)} is gone.");
        await blobs.PutIfMatchAsync(Blob(wish.Person), Bytes(done), stored.ETag, cancellationToken);
        return await ReadAsync(Blob(wish.Person), cancellationToken) ?? done;
    }

    private async Task DeleteAnswersAsync(AnnotatorId person, CancellationToken cancellationToken)
    {
        var id = Encoding.ASCII.GetBytes(person.Value);
        foreach (var name in await NamesAsync(IdempotencyMiddleware.Folder, cancellationToken))
        {
            if (await blobs.GetAsync(name, cancellationToken) is { } answer && answer.Bytes.Span.IndexOf(id) >= 0)
            {
                await blobs.DeleteAsync(name, answer.ETag, cancellationToken);
            }
        }
    }

    private async Task<List<string>> NamesAsync(string prefix, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var blob in blobs.ListAsync(prefix, cancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    private async Task<ErasureCertificate?> ReadAsync(string blob, CancellationToken cancellationToken) =>
        await blobs.GetAsync(blob, cancellationToken) is { } content ? JsonSerializer.Deserialize<ErasureCertificate>(content.Bytes.Span, JobJson.File) : null;

    private static byte[] Bytes(ErasureCertificate certificate) => JsonSerializer.SerializeToUtf8Bytes(certificate, JobJson.File);

    /// <summary>Where the wish and then the certificate of a person lie.</summary>
    internal static string Blob(AnnotatorId person) => $"{Folder}{person}.json";
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Erasure;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Free text that people wrote, encrypted under a key of their own (AES-256-GCM). Without the key the text is gone, whatever copies of it exist.</summary>
/// <remarks>Key: <c>people/{id}.key</c>. Text: <c>people-text/{id}/{name}.bin</c> = nonce (12), tag (16), ciphertext; the name is authenticated with it.</remarks>
internal sealed class PersonText(IBlobStore blobs)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly ConcurrentDictionary<Task, AnnotatorId> _underWay = new();

    /// <summary>Stores a text under a name that is used once; a repeat keeps the first. Returns the reference for events, or null for someone whose erasure was asked for: nothing is kept then.</summary>
    /// <remarks>The wish to erase is durable before anything is deleted. A text that was written before it is seen by the deletion; one that was written later sees the wish, and is taken away here.</remarks>
    public async Task<string?> StoreAsync(AnnotatorId person, string name, string text, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underWay[done.Task] = person;
        try
        {
            return await StoreUnlessErasedAsync(person, name, text, cancellationToken);
        }
        finally
        {
            _underWay.TryRemove(done.Task, out _);
            done.SetResult();
        }
    }

    /// <summary>Completes when every text of the person that this process was storing is stored or refused.</summary>
    public Task QuiesceAsync(AnnotatorId person) => Task.WhenAll(_underWay.Where(entry => entry.Value == person).Select(entry => entry.Key));

    private async Task<string?> StoreUnlessErasedAsync(AnnotatorId person, string name, string text, CancellationToken cancellationToken)
    {
        if (await IsErasedAsync(person, cancellationToken))
        {
            return null;
        }

        await WriteAsync(person, name, text, cancellationToken);
        if (!await IsErasedAsync(person, cancellationToken))
        {
            return name;
        }

        await blobs.DeleteAsync(KeyBlob(person), etag: null, cancellationToken);
        await blobs.DeleteAsync(Blob(person, name), etag: null, cancellationToken);
        return null;
    }

    private async Task<bool> IsErasedAsync(AnnotatorId person, CancellationToken cancellationToken) =>
        await blobs.StatAsync(PersonErasure.Blob(person), cancellationToken) is not null;

    private async Task WriteAsync(AnnotatorId person, string name, string text, CancellationToken cancellationToken)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedText = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(await KeyAsync(person, cancellationToken), TagBytes);
        cipher.Encrypt(
            sealedText.AsSpan(0, NonceBytes), plain, sealedText.AsSpan(NonceBytes + TagBytes), sealedText.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(name));
        await blobs.PutIfAbsentAsync(Blob(person, name), sealedText, cancellationToken);
    }

    /// <summary>The text, or null when it or its key was erased.</summary>
    public async Task<string?> ReadAsync(AnnotatorId person, string name, CancellationToken cancellationToken)
    {
        if (await blobs.GetAsync(KeyBlob(person), cancellationToken) is not { } key || await blobs.GetAsync(Blob(person, name), cancellationToken) is not { } stored)
        {
            return null;
        }

        var bytes = stored.Bytes.Span;
        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key.Bytes.Span, TagBytes);
        cipher.Decrypt(bytes[..NonceBytes], bytes[(NonceBytes + TagBytes)..], bytes.Slice(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(name));
        return Encoding.UTF8.GetString(plain);
    }

    private async Task<byte[]> KeyAsync(AnnotatorId person, CancellationToken cancellationToken)
    {
        if (await blobs.GetAsync(KeyBlob(person), cancellationToken) is { } known)
        {
            return known.Bytes.ToArray();
        }

        // Two first notes at once: the key that was stored is the one that counts.
        await blobs.PutIfAbsentAsync(KeyBlob(person), RandomNumberGenerator.GetBytes(KeyBytes), cancellationToken);
        return (await blobs.GetAsync(KeyBlob(person), cancellationToken))?.Bytes.ToArray()
            ?? throw new IOException($"The key of {person} was written and is not there.");
    }

    /// <summary>Blob of a person's key.</summary>
    public static string KeyBlob(AnnotatorId person) => $"people/{person}.key";

    private static string Blob(AnnotatorId person, string name) => $"{FolderOf(person)}{name}.bin";

    /// <summary>Where a person's texts lie.</summary>
    public static string FolderOf(AnnotatorId person) => $"people-text/{person}/";
}

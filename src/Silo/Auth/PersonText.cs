using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Free text that people wrote, encrypted under a key of their own (AES-256-GCM). Without the key the text is gone, whatever copies of it exist.</summary>
/// <remarks>Key: <c>people/{id}.key</c>. Text: <c>people-text/{id}/{name}.bin</c> = nonce (12), tag (16), ciphertext; the name is authenticated with it.</remarks>
internal sealed class PersonText(IBlobStore blobs)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Stores a text under a name that is used once; a repeat keeps the first. Returns the reference for events.</summary>
    public async Task<string> StoreAsync(AnnotatorId person, string name, string text, CancellationToken cancellationToken)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedText = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(await KeyAsync(person, cancellationToken), TagBytes);
        cipher.Encrypt(
            sealedText.AsSpan(0, NonceBytes), plain, sealedText.AsSpan(NonceBytes + TagBytes), sealedText.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(name));
        await blobs.PutIfAbsentAsync(Blob(person, name), sealedText, cancellationToken);
        return name;
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

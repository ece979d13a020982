using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Dpo.Silo.Storage;

/// <summary>Grain state as JSON blobs, <c>_system/grains/&lt;type&gt;/&lt;key&gt;/&lt;stateName&gt;.json</c>. A stale ETag is an <see cref="InconsistentStateException"/>.</summary>
/// <remarks>It brings its own serializer, so state types need no shape that the default one of Orleans asks for. Cleared state is a deleted blob.</remarks>
public sealed class BlobGrainStorage(IBlobStore store) : IGrainStorage
{
    private static readonly JsonSerializerOptions s_json = CreateOptions();

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var name = BlobOf(stateName, grainId);
        if (await store.GetAsync(name, CancellationToken.None) is not { } blob)
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null!, false);
            return;
        }

        grainState.State = JsonSerializer.Deserialize<T>(blob.Bytes.Span, s_json) ?? throw new InvalidDataException($"State '{name}' is null.");
        (grainState.ETag, grainState.RecordExists) = (blob.ETag, true);
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var name = BlobOf(stateName, grainId);
        var content = JsonSerializer.SerializeToUtf8Bytes(grainState.State, s_json);
        var written = grainState.ETag is { Length: > 0 } etag
            ? await store.PutIfMatchAsync(name, content, etag, CancellationToken.None)
            : await store.PutIfAbsentAsync(name, content, CancellationToken.None);
        if (written is null)
        {
            throw await ConflictAsync(name, grainState.ETag);
        }

        (grainState.ETag, grainState.RecordExists) = (written.ETag, true);
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var name = BlobOf(stateName, grainId);
        if (grainState.ETag is { Length: > 0 } etag && !await store.DeleteAsync(name, etag, CancellationToken.None))
        {
            throw await ConflictAsync(name, etag);
        }

        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null!, false);
    }

    private async Task<InconsistentStateException> ConflictAsync(string name, string? etag)
    {
        var current = await store.StatAsync(name, CancellationToken.None);
        return new InconsistentStateException($"State '{name}' was changed by another activation.", current?.ETag ?? "none", etag ?? "none");
    }

    private static string BlobOf(string stateName, GrainId grainId) =>
        $"_system/grains/{BlobPart.Of(grainId.Type.ToString()!)}/{BlobPart.Of(grainId.Key.ToString()!)}/{BlobPart.Of(stateName)}.json";

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>Any text as one part of a blob name.</summary>
internal static class BlobPart
{
    /// <summary>
    /// Letters a–z, digits, '-' and '.' inside stay; every other UTF-8 byte is '_' and two hexadecimal digits, so different texts never share a name,
    /// not even where a file system ignores case. Texts that grow too long end in their hash.
    /// </summary>
    public static string Of(string text)
    {
        var part = new StringBuilder(text.Length + 8);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'-' || (b == '.' && part.Length > 0))
            {
                part.Append((char)b);
            }
            else
            {
                part.Append(System.Globalization.CultureInfo.InvariantCulture, $"_{b:x2}");
            }
        }

        return part.Length is > 0 and <= 180
            ? part.ToString()
            : string.Concat(part.ToString().AsSpan(0, Math.Min(part.Length, 100)), "__", Grains.Formats.ContentHash.Hex(text));
    }
}

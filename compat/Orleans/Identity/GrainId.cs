using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A grain's identity; as text <c>type/key</c>.</summary>
[GenerateSerializer, Immutable]
public readonly struct GrainId(GrainType type, IdSpan key) : IEquatable<GrainId>, IComparable<GrainId>
{
    /// <summary>The type part.</summary>
    public GrainType Type { get; } = type;
    /// <summary>The key.</summary>
    public IdSpan Key { get; } = key;
    /// <summary>Whether nothing was set.</summary>
    public bool IsDefault => Type.IsDefault && Key.IsDefault;
    /// <summary>From texts.</summary>
    public static GrainId Create(string type, string key) => new(GrainType.Create(type), IdSpan.Create(key));
    /// <summary>From a type and a key's text.</summary>
    public static GrainId Create(GrainType type, string key) => new(type, IdSpan.Create(key));
    /// <summary>From a type and a key.</summary>
    public static GrainId Create(GrainType type, IdSpan key) => new(type, key);
    /// <summary>From <c>type/key</c>; ArgumentException otherwise.</summary>
    public static GrainId Parse(string value) => Parse(value, null);
    /// <summary>From <c>type/key</c>; the provider changes nothing. ArgumentException otherwise.</summary>
    public static GrainId Parse(string value, IFormatProvider? provider = null) =>
        TryParse(value, provider, out var result) ? result : throw new ArgumentException($"Unable to parse \"{value}\" as a grain id");

    /// <summary>From <c>type/key</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, out GrainId result) => TryParse(value, null, out result);
    /// <summary>From <c>type/key</c>; the provider changes nothing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, IFormatProvider? provider, out GrainId result)
    {
        var slash = value?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        result = slash > 0 ? Create(value![..slash], value[(slash + 1)..]) : default;
        return slash > 0;
    }

    /// <summary>A hash that is the same in every process.</summary>
    public uint GetUniformHashCode()
    {
        var hash = 2166136261u;
        foreach (var c in ToString())
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash;
    }

    /// <inheritdoc/>
    public bool Equals(GrainId other) => Type.Equals(other.Type) && Key.Equals(other.Key);
    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is GrainId other && Equals(other);
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Key);
    /// <inheritdoc/>
    public int CompareTo(GrainId other)
    {
        var byType = Type.CompareTo(other.Type);
        return byType is 0 ? Key.CompareTo(other.Key) : byType;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Type}/{Key}";
    /// <summary>The same grain.</summary>
    public static bool operator ==(GrainId left, GrainId right) => left.Equals(right);
    /// <summary>Different grains.</summary>
    public static bool operator !=(GrainId left, GrainId right) => !left.Equals(right);
}

using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A key or type name inside an id.</summary>
[GenerateSerializer, Immutable]
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    private readonly string? _value;

    private IdSpan(string value) => _value = value;
    /// <summary>Whether nothing was set.</summary>
    public bool IsDefault => _value is null;
    /// <summary>From text.</summary>
    public static IdSpan Create(string id) => new(id);
    /// <inheritdoc/>
    public bool Equals(IdSpan other) => string.Equals(_value, other._value, StringComparison.Ordinal);
    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is IdSpan other && Equals(other);
    /// <inheritdoc/>
    public override int GetHashCode() => _value is null ? 0 : string.GetHashCode(_value, StringComparison.Ordinal);
    /// <inheritdoc/>
    public int CompareTo(IdSpan other) => string.CompareOrdinal(_value, other._value);
    /// <inheritdoc/>
    public override string ToString() => _value ?? string.Empty;
    /// <summary>Equal text.</summary>
    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);
    /// <summary>Different text.</summary>
    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);
}

using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>The type part of a <see cref="GrainId"/>.</summary>
[GenerateSerializer, Immutable]
public readonly struct GrainType(IdSpan value) : IEquatable<GrainType>, IComparable<GrainType>
{
    /// <summary>The text.</summary>
    public IdSpan Value { get; } = value;
    /// <summary>Whether nothing was set.</summary>
    public bool IsDefault => Value.IsDefault;
    /// <summary>From text.</summary>
    public static GrainType Create(string value) => new(IdSpan.Create(value));
    /// <inheritdoc/>
    public bool Equals(GrainType other) => Value.Equals(other.Value);
    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is GrainType other && Equals(other);
    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();
    /// <inheritdoc/>
    public int CompareTo(GrainType other) => Value.CompareTo(other.Value);
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
    /// <summary>Equal text.</summary>
    public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);
    /// <summary>Different text.</summary>
    public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);
}

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The upper sixteen bits of a single-precision number.</summary>
    public readonly struct BFloat16 : IEquatable<BFloat16>
    {
        private readonly ushort _bits;

        /// <summary>Rounds to nearest, ties to even; NaN stays NaN.</summary>
        public BFloat16(float value)
        {
            var bits = BitConverter.SingleToUInt32Bits(value);
            _bits = float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }

        /// <summary>The value, exactly.</summary>
        public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)_bits << 16);
        /// <summary>The value, exactly.</summary>
        public static explicit operator float(BFloat16 value) => value.ToSingle();
        /// <summary>The nearest value.</summary>
        public static explicit operator BFloat16(float value) => new(value);
        /// <summary>Equal as numbers: NaN equals nothing.</summary>
        public static bool operator ==(BFloat16 left, BFloat16 right) => left.ToSingle() == right.ToSingle();
        /// <summary>Different as numbers.</summary>
        public static bool operator !=(BFloat16 left, BFloat16 right) => !(left == right);
        /// <inheritdoc/>
        public bool Equals(BFloat16 other) => ToSingle().Equals(other.ToSingle());
        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);
        /// <inheritdoc/>
        public override int GetHashCode() => ToSingle().GetHashCode();
    }
}

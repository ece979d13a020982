namespace TorchSharp;

public static partial class torch
{
    /// <summary>One entry of <c>t[…]</c>: an integer, a slice, a new axis, an ellipsis, a boolean or a tensor.</summary>
    public readonly struct TensorIndex
    {
        internal const long Missing = long.MinValue;

        private TensorIndex(long kind, long first = 0, long second = 0, long third = 0, Tensor? tensor = null)
        {
            Kind = kind;
            First = first;
            Second = second;
            Third = third;
            Indices = tensor;
        }

        /// <summary>A new dimension of size 1.</summary>
        public static readonly TensorIndex None = new(0);
        /// <summary>A new dimension of size 1.</summary>
        public static readonly TensorIndex Null = None;
        /// <summary>As many whole dimensions as are left.</summary>
        public static readonly TensorIndex Ellipsis = new(1);
        /// <summary>A whole dimension.</summary>
        public static readonly TensorIndex Colon = Slice();

        internal long Kind { get; }

        internal long First { get; }

        internal long Second { get; }

        internal long Third { get; }

        internal Tensor? Indices { get; }

        /// <summary>Positions from start to before stop; what is not given is the end of the dimension.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(4, start ?? Missing, stop ?? Missing, step ?? Missing);
        /// <summary>One position; the dimension disappears.</summary>
        public static TensorIndex Single(long? index) => new(2, index!.Value);
        /// <summary>A boolean of no dimensions.</summary>
        public static TensorIndex Bool(bool value) => new(3, value ? 1 : 0);
        /// <summary>Positions, or a mask.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new(5, tensor: tensor);
        /// <summary>One position.</summary>
        public static implicit operator TensorIndex(long value) => Single(value);
        /// <summary>A slice.</summary>
        public static implicit operator TensorIndex((int? start, int? stop) range) => Slice(range.start, range.stop);
        /// <summary>Never to be used: it is why <c>t[TensorIndex.Colon, tensor]</c> compiles and fails. Write <c>TensorIndex.Tensor(tensor)</c>.</summary>
        /// <exception cref="InvalidOperationException">Always.</exception>
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("Should not be called.");
        /// <summary>A slice; an end counted from the end of the dimension is negative.</summary>
        public static implicit operator TensorIndex(Range range)
        {
            long? start = range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value;
            long? stop = range.End.IsFromEnd ? (range.End.Value == 0 ? null : -range.End.Value) : range.End.Value;
            return Slice(start, stop);
        }

        /// <summary>One position, perhaps counted from the end.</summary>
        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);
    }
}

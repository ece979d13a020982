using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Where a tensor lives; an index of -1 means the current one. Compared by object: compare <see cref="type"/> and <see cref="index"/> instead.</summary>
    public sealed class Device
    {
        /// <summary>Parses <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>meta</c>.</summary>
        /// <exception cref="ArgumentException">The text names no device.</exception>
        public Device(string description)
        {
            var parts = description.Split(':');
            type = parts[0].ToUpperInvariant() switch
            {
                "CPU" => DeviceType.CPU,
                "CUDA" => DeviceType.CUDA,
                "META" => DeviceType.META,
                _ => throw new ArgumentException($"'{description}' is not a device; say cpu, cuda, cuda:N or meta.", nameof(description)),
            };
            index = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : -1;
        }

        /// <summary>The device of that kind and number.</summary>
        public Device(string deviceType, int index = -1)
            : this(deviceType) => this.index = index;

        /// <summary>The device of that kind and number.</summary>
        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        /// <summary>The kind.</summary>
        public DeviceType type { get; }
        /// <summary>The number, -1 for the current one.</summary>
        public int index { get; } = -1;
        /// <summary>The device that the text names.</summary>
        public static implicit operator Device(string description) => new(description);
        /// <inheritdoc/>
        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return index < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{index}");
        }
    }

    /// <summary>The processor.</summary>
    public static Device CPU { get; } = new(DeviceType.CPU);
    /// <summary>The device without storage.</summary>
    public static Device META { get; } = new(DeviceType.META);
    /// <summary>The first CUDA device.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static Device CUDA => cuda.is_available()
        ? new Device(DeviceType.CUDA, 0)
        : throw new InvalidOperationException("Torch device type CUDA did not initialise: this libtorch sees no CUDA device.");

    /// <summary>The device that the text names.</summary>
    public static Device device(string description) => new(description);
    /// <summary>The device of that kind and number.</summary>
    public static Device device(string deviceType, int index = -1) => new(deviceType, index);
    /// <summary>The device of that kind and number.</summary>
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);
}

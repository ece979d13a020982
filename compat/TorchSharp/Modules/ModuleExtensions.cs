namespace TorchSharp;

/// <summary>Moves and converts whole modules, keeping their type.</summary>
/// <remarks>Parameters get new native handles: do this before an optimizer is made, whose state is found by handle.</remarks>
public static class ModuleExtensions
{
    /// <summary>Converts floating-point parameters and buffers.</summary>
    public static T to<T>(this T module, torch.ScalarType type)
        where T : torch.nn.Module => Converted(module, type, null);

    /// <summary>Moves parameters and buffers.</summary>
    public static T to<T>(this T module, torch.Device device)
        where T : torch.nn.Module => Converted(module, null, device);

    /// <summary>Moves parameters and buffers.</summary>
    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1)
        where T : torch.nn.Module => Converted(module, null, new torch.Device(deviceType, deviceIndex));

    /// <summary>Moves and converts parameters and buffers.</summary>
    public static T to<T>(this T module, torch.Device device, torch.ScalarType type)
        where T : torch.nn.Module => Converted(module, type, device);

    /// <summary>Moves everything to the processor.</summary>
    public static T cpu<T>(this T module)
        where T : torch.nn.Module => Converted(module, null, torch.CPU);

    /// <summary>Moves everything to a CUDA device.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static T cuda<T>(this T module, int deviceIndex = -1)
        where T : torch.nn.Module => Converted(module, null, deviceIndex < 0 ? torch.CUDA : new torch.Device(DeviceType.CUDA, deviceIndex));

    /// <summary>Converts to half precision.</summary>
    public static T half<T>(this T module)
        where T : torch.nn.Module => Converted(module, torch.ScalarType.Float16, null);

    /// <summary>Converts to brain floating point.</summary>
    public static T bfloat16<T>(this T module)
        where T : torch.nn.Module => Converted(module, torch.ScalarType.BFloat16, null);

    /// <summary>Converts to single precision.</summary>
    public static T @float<T>(this T module)
        where T : torch.nn.Module => Converted(module, torch.ScalarType.Float32, null);

    /// <summary>Converts to double precision.</summary>
    public static T @double<T>(this T module)
        where T : torch.nn.Module => Converted(module, torch.ScalarType.Float64, null);

    private static T Converted<T>(T module, torch.ScalarType? type, torch.Device? device)
        where T : torch.nn.Module
    {
        module.Convert(type, device);
        return module;
    }
}

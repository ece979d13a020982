namespace TorchSharp;

/// <summary>Moves and converts whole modules, keeping their type.</summary>
/// <remarks>What changes is a new parameter: do this before an optimizer is made, whose state is found by handle.</remarks>
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

    private static T Converted<T>(T module, torch.ScalarType? type, torch.Device? device)
        where T : torch.nn.Module
    {
        module.Convert(type, device);
        return module;
    }
}

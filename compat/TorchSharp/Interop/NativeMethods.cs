using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Interop;

/// <summary>The shim over libtorch: where it is found, how its failures become exceptions, and one extern per export.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Lib = "OrleansDpoTorch";
    private const string FileName = "libOrleansDpoTorch.so";

    [SuppressMessage("Usage", "CA2255", Justification = "The resolver must stand before the first native call, whichever it is.")]
    [ModuleInitializer]
    internal static void UseResolver() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    /// <summary>Looks at ORLEANS_DPO_TORCH_LIB, then beside the assembly.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != Lib)
        {
            return 0;
        }

        var named = Environment.GetEnvironmentVariable("ORLEANS_DPO_TORCH_LIB");
        var path = string.IsNullOrEmpty(named) ? Path.Combine(AppContext.BaseDirectory, FileName) : named;
        if (!File.Exists(path))
        {
            throw new DllNotFoundException($"{path} is missing: it is built when libtorch is installed; run ./dpo setup, or name one in ORLEANS_DPO_TORCH_LIB.");
        }

        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"{path} does not load, for want of the libtorch it was built with; run ./dpo setup. {e.Message}", e);
        }
    }

    /// <summary>The exception for the last native call of this thread, which failed.</summary>
    internal static ExternalException Failure() => new(Marshal.PtrToStringUTF8((nint)last_error()));
    /// <summary>Throws unless the status is success.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check(int status)
    {
        if (status != 0)
        {
            throw Failure();
        }
    }

    /// <summary>Throws when a call that answers with an address answered with none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Check(nint address) => address != 0 ? address : throw Failure();
}

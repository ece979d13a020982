using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TorchSharp.Interop;

/// <summary>Puts a C# function into the graph: a native node owns a handle on the context and calls back here.</summary>
internal static unsafe class CustomFunction
{
    internal static List<Tensor> Apply(
        object?[] vars, Func<AutogradContext, List<Tensor>> forward, Func<AutogradContext, List<Tensor?>, List<Tensor?>> backward)
    {
        var context = new AutogradContext { Backward = backward, IsTensor = Array.ConvertAll(vars, v => v is Tensor) };
        var inputs = vars.OfType<Tensor>().ToArray();
        var recording = is_grad_enabled() && inputs.Any(t => t.requires_grad);
        List<Tensor> outputs;
        using (no_grad())
        {
            outputs = forward(context);
        }

        return recording ? Record(context, inputs, outputs) : outputs;
    }

    private static List<Tensor> Record(AutogradContext context, Tensor[] inputs, List<Tensor> outputs)
    {
        var owner = GCHandle.ToIntPtr(GCHandle.Alloc(context));
        var callbacks = new AutogradCallbacks { Backward = &Backward, Release = &Release };
        var handles = Handles(inputs)!;
        nint node;
        fixed (nint* p = handles)
        {
            node = NativeMethods.node_new(callbacks, owner, p, handles.Length);
        }

        GC.KeepAlive(inputs);
        if (node == 0)
        {
            throw NativeMethods.Failure();
        }

        try
        {
            context.Node = NativeMethods.node_address(node);
            var results = outputs.ConvertAll(o => context.IsDifferentiable(o) ? Tensor.Own(NativeMethods.node_output(node, o.Handle), o) : o);

            // A saved output is saved as the result, whose history leads here, so that the node can tell it from an input.
            var toSave = Handles(context.ToSave.Select(t => t is not null && outputs.IndexOf(t) is >= 0 and var i ? results[i] : t))!;
            fixed (nint* p = toSave)
            {
                NativeMethods.Check(NativeMethods.node_save(node, p, toSave.Length));
            }

            context.Saved();
            foreach (var (output, result) in outputs.Zip(results))
            {
                if (!ReferenceEquals(output, result) && !inputs.Contains(output))
                {
                    output.Dispose();
                }
            }

            return results;
        }
        finally
        {
            NativeMethods.node_free(node);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "No exception may cross into native code; it is thrown again on the other side.")]
    [UnmanagedCallersOnly]
    private static int Backward(nint owner, nint* gradients, long count, nint* results, long resultCount)
    {
        try
        {
            var context = (AutogradContext)GCHandle.FromIntPtr(owner).Target!;
            var incoming = new List<Tensor?>();
            for (var i = 0; i < count; i++)
            {
                incoming.Add(gradients[i] == 0 ? null : new Tensor(gradients[i]));
            }

            var given = context.Backward(context, incoming);
            if (given.Count < context.IsTensor.Length)
            {
                throw new InvalidOperationException(
                    $"A custom function returned {given.Count} gradients for {context.IsTensor.Length} arguments; return one for each, null where there is none.");
            }

            var position = 0;
            for (var i = 0; i < context.IsTensor.Length; i++)
            {
                if (context.IsTensor[i])
                {
                    results[position++] = given[i] is { } gradient ? NativeMethods.Check(NativeMethods.alias(gradient.Handle)) : 0;
                }
            }

            GC.KeepAlive(given);
            return 0;
        }
        catch (Exception e)
        {
            fixed (byte* text = Encoding.UTF8.GetBytes(e + "\0"))
            {
                NativeMethods.set_error(text);
            }

            return -1;
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(nint owner) => GCHandle.FromIntPtr(owner).Free();
}

using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a custom function carries from its forward to its backward.</summary>
        public sealed class AutogradContext
        {
            private readonly Dictionary<string, object?> _data = [];
            private readonly HashSet<Tensor> _nonDifferentiable = new(ReferenceEqualityComparer.Instance);

            internal List<Tensor?> ToSave { get; private set; } = [];

            internal nint Node { get; set; }

            internal Func<AutogradContext, List<Tensor?>, List<Tensor?>> Backward { get; init; } = null!;

            internal bool[] IsTensor { get; init; } = [];

            /// <summary>Keeps tensors for the backward; inputs and outputs belong here, not in fields.</summary>
            public void save_for_backward(List<Tensor> tensors) => ToSave = [.. tensors];
            /// <summary>The saved tensors, in order, with their history.</summary>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">The graph was freed by an earlier backward.</exception>
            public unsafe List<Tensor> get_saved_variables()
            {
                var handles = new nint[ToSave.Count];
                fixed (nint* p = handles)
                {
                    if (NativeMethods.node_saved(Node, p, handles.Length) < 0)
                    {
                        throw NativeMethods.Failure();
                    }
                }

                return handles.Select(h => h == 0 ? null! : new Tensor(h)).ToList();
            }

            /// <summary>Keeps an object by name.</summary>
            public void save_data(string key, object value) => _data[key] = value;
            /// <summary>The object kept by that name.</summary>
            /// <exception cref="KeyNotFoundException">There is none.</exception>
            public object get_data(string key) => _data[key]!;
            /// <summary>Says that outputs have no gradient.</summary>
            public void mark_non_differentiable(List<Tensor> tensors) => _nonDifferentiable.UnionWith(tensors);

            internal bool IsDifferentiable(Tensor output) => !_nonDifferentiable.Contains(output);

            /// <summary>Drops the objects after forward: only the count is needed, and the tensors belong to the node.</summary>
            internal void Saved() => ToSave = Enumerable.Repeat<Tensor?>(null, ToSave.Count).ToList();
        }
    }
}

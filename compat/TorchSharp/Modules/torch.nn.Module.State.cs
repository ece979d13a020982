namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Parameters and persistent buffers by dotted name: the tensors themselves, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (name, parameter) in named_parameters())
                {
                    destination.TryAdd(Joined(prefix, name), parameter);
                }

                foreach (var (name, buffer) in Buffers(true, true))
                {
                    destination.TryAdd(Joined(prefix, name), buffer);
                }

                return destination;
            }

            /// <summary>Copies the source's tensors into those of the same names.</summary>
            /// <returns>Names that the source lacks, and names that it has too many.</returns>
            /// <exception cref="InvalidOperationException">Strict, and the names differ.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var destination = state_dict();
                List<string> missing = [.. destination.Keys.Where(k => !source.ContainsKey(k) && skip?.Contains(k) is not true)];
                List<string> unexpected = [.. source.Keys.Where(k => !destination.ContainsKey(k) && skip?.Contains(k) is not true)];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException("The loaded state_dict is not identical to the target dictionary.");
                }

                using var noGrad = no_grad();
                foreach (var (name, tensor) in source)
                {
                    if (destination.TryGetValue(name, out var own) && skip?.Contains(name) is not true)
                    {
                        own.copy_(tensor);
                    }
                }

                return (missing, unexpected);
            }

            /// <summary>Moves and converts everything, by new native handles behind the same objects.</summary>
            internal void Convert(ScalarType? type, Device? device)
            {
                using var noGrad = no_grad();
                foreach (var tensor in _parameters.Values.Cast<Tensor>().Concat(_buffers.Values.Select(b => b.Buffer)))
                {
                    var wanted = type is { } given && tensor.is_floating_point() ? given : tensor.dtype;
                    if (wanted == tensor.dtype && (device is null || device.Equals(tensor.device)))
                    {
                        continue;
                    }

                    var trained = tensor.requires_grad;
                    var converted = tensor.to(wanted, device ?? tensor.device).requires_grad_(trained);
                    if (tensor.grad is { } gradient)
                    {
                        converted.grad = gradient.to(wanted, device ?? tensor.device);
                    }

                    tensor.ReplaceHandle(converted.MoveHandle());
                }

                foreach (var module in _modules.Values)
                {
                    module.Convert(type, device);
                }
            }

            private static string Joined(string? prefix, string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
        }
    }
}

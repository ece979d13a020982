using TorchSharp.Modules;

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

                foreach (var (name, buffer) in named_buffers())
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

            /// <summary>Moves and converts everything: what changes is a new object, in its field too, and the old one is invalid.</summary>
            internal void Convert(ScalarType? type, Device? device)
            {
                using var noGrad = no_grad();
                foreach (var (name, parameter) in _parameters.ToArray())
                {
                    if (Converted(parameter, type, device) is { } tensor)
                    {
                        var trained = parameter.requires_grad;
                        var changed = new Parameter(tensor, trained);
                        if (parameter.grad is { } gradient)
                        {
                            changed.grad = Converted(gradient, type, device) ?? gradient;
                        }

                        Replace(_parameters, name, parameter, changed);
                    }
                }

                foreach (var (name, buffer) in _buffers.ToArray())
                {
                    if (Converted(buffer, type, device) is { } changed)
                    {
                        Replace(_buffers, name, buffer, changed);
                    }
                }

                foreach (var module in _modules.Values)
                {
                    module.Convert(type, device);
                }
            }

            private static Tensor? Converted(Tensor tensor, ScalarType? type, Device? device)
            {
                var wanted = type is { } given && tensor.is_floating_point() ? given : tensor.dtype;
                var there = device is null || (device.type == tensor.device_type && (device.index < 0 || device.index == tensor.device_index));
                return wanted == tensor.dtype && there ? null : tensor.to(wanted, device ?? tensor.device);
            }

            private void Replace<T>(Dictionary<string, T> registered, string name, T old, T changed)
                where T : Tensor
            {
                changed.MoveToOtherDisposeScope(old);
                registered[name] = changed;
                foreach (var field in Fields().Where(f => f.FieldType.IsAssignableFrom(typeof(T)) && ReferenceEquals(f.GetValue(this), old)))
                {
                    field.SetValue(this, changed);
                }

                old.Dispose();
            }

            private static string Joined(string? prefix, string name) => string.IsNullOrEmpty(prefix) ? name : $"{prefix}.{name}";
        }
    }
}

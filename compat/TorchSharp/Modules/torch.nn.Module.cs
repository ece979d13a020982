using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A part of a model: its parameters, buffers and parts of its own, by name.</summary>
        public partial class Module : IDisposable
        {
            private readonly string _name;
            private readonly Dictionary<string, Parameter> _parameters = [];
            private readonly Dictionary<string, Tensor> _buffers = [];
            private readonly Dictionary<string, Tensor> _hidden = [];
            private readonly Dictionary<string, Module> _modules = [];
            private bool _disposed;

            /// <summary>A module of that name.</summary>
            protected Module(string name) => _name = name;
            /// <summary>Whether the module is in training mode.</summary>
            public bool training { get; private set; } = true;
            /// <summary>The name given to the constructor.</summary>
            public virtual string GetName() => _name;
            /// <summary>Puts the module and its parts in training mode, or out of it.</summary>
            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var child in _modules.Values)
                {
                    child.train(train);
                }
            }

            /// <summary>Puts the module and its parts out of training mode.</summary>
            public virtual void eval() => train(false);
            /// <summary>Drops the gradients of all parameters, or zeroes them.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    if (set_to_none)
                    {
                        parameter.grad = null;
                    }
                    else
                    {
                        using var gradient = parameter.grad;
                        using var outside = gradient?.detach();
                        outside?.Zeroed();
                    }
                }
            }

            /// <summary>The direct parts, by name.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() => _modules.Select(m => (m.Key, m.Value));
            /// <summary>The direct parts.</summary>
            public virtual IEnumerable<Module> children() => _modules.Values;
            /// <summary>All parts below, by dotted name.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (name, module) in _modules)
                {
                    yield return (name, module);
                    foreach (var (inner, part) in module.named_modules())
                    {
                        yield return ($"{name}.{inner}", part);
                    }
                }
            }

            /// <summary>All parts below.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);
            /// <summary>The parameters, by dotted name; one that is reached by two names is listed under the first.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var (name, parameter) in _parameters)
                {
                    yield return (name, parameter);
                }

                HashSet<nint> seen = [.. _parameters.Values.Select(p => p.Handle)];
                foreach (var (prefix, module) in recurse ? _modules : [])
                {
                    foreach (var (name, parameter) in module.named_parameters())
                    {
                        if (seen.Add(parameter.Handle))
                        {
                            yield return ($"{prefix}.{name}", parameter);
                        }
                    }
                }
            }

            /// <summary>The parameters.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);
            /// <summary>The persistent buffers, by dotted name. The real library lists no others here, whatever is asked for.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                foreach (var (name, buffer) in _buffers)
                {
                    yield return (name, buffer);
                }

                foreach (var (prefix, module) in recurse ? _modules : [])
                {
                    foreach (var (name, buffer) in module.named_buffers())
                    {
                        yield return ($"{prefix}.{name}", buffer);
                    }
                }
            }

            /// <summary>The persistent buffers.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) => named_buffers(recurse).Select(b => b.buffer);
            /// <summary>Registers a parameter.</summary>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter? param)
            {
                Refuse("Parameter", name, _parameters.ContainsKey(name));
                if (param is not null)
                {
                    _parameters[name] = param;
                }
            }

            /// <summary>Registers a buffer; one that is not persistent stays out of the state, is not listed and does not move with the module.</summary>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                Refuse("Tensor", name, _buffers.ContainsKey(name) || _hidden.ContainsKey(name));
                (persistent ? _buffers : _hidden)[name] = tensor;
            }

            /// <summary>Registers a part.</summary>
            /// <exception cref="ArgumentException">The name has a dot.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                if (name.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"module name can't contain \".\", got: {name}", nameof(name));
                }

                Refuse("Sub-module", name, _modules.ContainsKey(name));
                _modules[name] = submodule;
            }

            /// <summary>Frees parameters, buffers and parts.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Frees parameters, buffers and parts.</summary>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || _disposed)
                {
                    return;
                }

                _disposed = true;
                foreach (var one in _parameters.Values.Cast<IDisposable>().Concat(_buffers.Values).Concat(_hidden.Values).Concat(_modules.Values))
                {
                    one.Dispose();
                }
            }

            /// <summary>Puts another parameter under a name that is registered; null removes it.</summary>
            private protected void ReplaceParameter(string name, Parameter? parameter)
            {
                if (_parameters.Remove(name, out var old) && !ReferenceEquals(old, parameter))
                {
                    old.Dispose();
                }

                register_parameter(name, parameter);
            }

            private protected Parameter? Registered(string name) => _parameters.GetValueOrDefault(name);

            private static void Refuse(string what, string name, bool taken)
            {
                if (taken)
                {
                    throw new InvalidOperationException($"{what} {name} is already registered.");
                }
            }
        }
    }
}

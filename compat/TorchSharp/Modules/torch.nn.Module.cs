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
            private readonly Dictionary<string, (Tensor Buffer, bool Persistent)> _buffers = [];
            private readonly Dictionary<string, Module> _modules = [];
            private bool _disposed;

            /// <summary>A module of that name.</summary>
            protected Module(string name) => _name = name;
            /// <summary>Whether the module is in training mode.</summary>
            public bool training { get; private set; } = true;
            /// <summary>The name given to the constructor.</summary>
            public virtual string GetName() => _name;
            /// <summary>Puts the module and its parts in training mode, or out of it.</summary>
            public virtual void train(bool on = true)
            {
                training = on;
                foreach (var child in _modules.Values)
                {
                    child.train(on);
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
                        outside?.zero_();
                    }
                }
            }

            /// <summary>Sets whether the parameters are trained.</summary>
            public virtual Module requires_grad_(bool requires_grad = true)
            {
                foreach (var parameter in parameters())
                {
                    parameter.requires_grad = requires_grad;
                }

                return this;
            }

            /// <summary>Runs the function on every part, then on the module.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var child in _modules.Values)
                {
                    child.apply(fn);
                }

                fn(this);
                return this;
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
            /// <summary>The parameters, by dotted name. A parameter registered twice is listed twice.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var (name, parameter) in _parameters)
                {
                    yield return (name, parameter);
                }

                foreach (var (prefix, module) in recurse ? _modules : [])
                {
                    foreach (var (name, parameter) in module.named_parameters())
                    {
                        yield return ($"{prefix}.{name}", parameter);
                    }
                }
            }

            /// <summary>The parameters.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);
            /// <summary>The buffers, persistent or not, by dotted name.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true) =>
                Buffers(recurse, false);
            /// <summary>The buffers.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true) => named_buffers(recurse).Select(b => b.buffer);
            /// <summary>Registers a parameter.</summary>
            /// <exception cref="ArgumentException">The name has a dot or is taken.</exception>
            public virtual void register_parameter(string name, Parameter? param)
            {
                Refuse(name, _parameters.ContainsKey(name));
                if (param is not null)
                {
                    _parameters[name] = param;
                }
            }

            /// <summary>Registers a buffer; one that is not persistent stays out of the state.</summary>
            /// <exception cref="ArgumentException">The name has a dot or is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                Refuse(name, _buffers.ContainsKey(name));
                _buffers[name] = (tensor, persistent);
            }

            /// <summary>Registers a part.</summary>
            /// <exception cref="ArgumentException">The name has a dot or is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                Refuse(name, _modules.ContainsKey(name));
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
                foreach (var one in _parameters.Values.Cast<IDisposable>().Concat(_buffers.Values.Select(b => b.Buffer)).Concat(_modules.Values))
                {
                    one.Dispose();
                }
            }

            /// <summary>Puts another parameter under a name that is registered; null removes it.</summary>
            protected void ReplaceParameter(string name, Parameter? parameter)
            {
                if (_parameters.Remove(name, out var old) && !ReferenceEquals(old, parameter))
                {
                    old.Dispose();
                }

                register_parameter(name, parameter);
            }

            private protected Parameter? Registered(string name) => _parameters.GetValueOrDefault(name);

            private IEnumerable<(string Name, Tensor Buffer)> Buffers(bool recurse, bool persistentOnly)
            {
                foreach (var (name, (buffer, persistent)) in _buffers)
                {
                    if (persistent || !persistentOnly)
                    {
                        yield return (name, buffer);
                    }
                }

                foreach (var (prefix, module) in recurse ? _modules : [])
                {
                    foreach (var (name, buffer) in module.Buffers(true, persistentOnly))
                    {
                        yield return ($"{prefix}.{name}", buffer);
                    }
                }
            }

            private static void Refuse(string name, bool taken)
            {
                if (string.IsNullOrEmpty(name))
                {
                    throw new ArgumentException("A component needs a name.", nameof(name));
                }

                if (name.Contains('.', StringComparison.Ordinal))
                {
                    throw new ArgumentException($"module name can't contain \".\", got: {name}", nameof(name));
                }

                if (taken)
                {
                    throw new ArgumentException($"{name} is already registered.", nameof(name));
                }
            }
        }
    }
}

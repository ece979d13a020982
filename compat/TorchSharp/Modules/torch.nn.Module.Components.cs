using System.Reflection;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>
            /// Registers every field of the type and its bases: modules as parts, parameters as parameters, any other tensor as a
            /// persistent buffer. What is registered already keeps its place, so register a buffer that is not persistent first.
            /// </summary>
            /// <exception cref="ArgumentException">The name of a part has a dot.</exception>
            protected virtual void RegisterComponents()
            {
                foreach (var field in Fields())
                {
                    var name = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                    switch (field.GetValue(this))
                    {
                        case Module module when !_modules.ContainsKey(name) && !ReferenceEquals(module, this):
                            register_module(name, module);
                            break;
                        case Modules.Parameter parameter when !_parameters.ContainsKey(name):
                            register_parameter(name, parameter);
                            break;
                        case Modules.Parameter:
                            break;
                        case Tensor tensor when !_buffers.ContainsKey(name) && !_hidden.ContainsKey(name):
                            register_buffer(name, tensor);
                            break;
                        default:
                            break;
                    }
                }
            }

            private IEnumerable<FieldInfo> Fields()
            {
                for (var type = GetType(); type is not null && type != typeof(Module); type = type.BaseType)
                {
                    foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                    {
                        yield return field;
                    }
                }
            }
        }
    }
}

using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>A method and its arguments.</summary>
public interface IInvokable : IDisposable
{
    /// <summary>How many arguments.</summary>
    int GetArgumentCount();
    /// <summary>One argument.</summary>
    object? GetArgument(int index);
    /// <summary>The interface method.</summary>
    MethodInfo GetMethod();
}

using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>Walks a call through the filters, then the grain's own filter, then the method.</summary>
internal sealed class IncomingCallContext(GrainActivation activation, GrainCall call, IIncomingGrainCallFilter[] filters) : IIncomingGrainCallContext
{
    private int _next;

    public IInvokable Request => call;
    public object Grain => activation.GrainInstance!;
    public GrainId? SourceId => call.SourceId;
    public GrainId TargetId => call.TargetId;
    public string InterfaceName => call.GetInterfaceName();
    public string MethodName => call.GetMethodName();
    public MethodInfo InterfaceMethod => call.Method.Info;
    public IGrainContext TargetContext => activation;
    public object? Result { get; set; }
    public MethodInfo ImplementationMethod
    {
        get
        {
            var map = call.Receiver(Grain).GetType().GetInterfaceMap(call.GetInterfaceType());
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, InterfaceMethod)];
        }
    }

    public async Task Invoke()
    {
        var step = _next++;
        if (step < filters.Length)
        {
            await filters[step].Invoke(this);
        }
        else if (step == filters.Length && Grain is IIncomingGrainCallFilter own)
        {
            await own.Invoke(this);
        }
        else
        {
            Result = await call.Method.InvokeAsync(call.Receiver(Grain), call.Arguments);
        }
    }
}

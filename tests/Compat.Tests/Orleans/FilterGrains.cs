namespace Orleans.Dpo.Compat.Tests.Orleans;

internal interface IFilteredGrain : IGrainWithStringKey
{
    Task<int> DoubleAsync(int value);

    Task<int> FailAsync(int value);

    Task StartTimerAsync();
}

internal sealed class FilteredGrain : Grain, IFilteredGrain, IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Journal.Of(this.GetPrimaryKeyString()).Add($"grain {context.MethodName}");
        await context.Invoke();
    }

    public Task<int> DoubleAsync(int value) => Task.FromResult(value * 2);

    public Task<int> FailAsync(int value) => throw new InvalidOperationException($"{value}");

    public Task StartTimerAsync()
    {
        this.RegisterGrainTimer(() => Task.CompletedTask, TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }
}

internal sealed class RecordingFilter : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var journal = Journal.Of(context.TargetId.Key.ToString()!);
        journal.Add($"A {context.MethodName}");
        await context.Invoke();
        if (context.InterfaceName == typeof(IFilteredGrain).FullName && context.Result is int result)
        {
            journal.Add($"{context.ImplementationMethod.DeclaringType!.Name}.{context.InterfaceMethod.Name}({context.Request.GetArgument(0)}) = {result} in {context.Grain.GetType().Name}");
            context.Result = result + 1;
        }
    }
}

using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>A call whose caller waits, until the answer, its own cancellation or the response timeout.</summary>
internal sealed class AwaitedCall<T>(CallEndpoint endpoint, GrainId targetId, GrainMethod method, object?[] arguments)
    : GrainCall(targetId, method, arguments), IPendingCall
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _registration;

    public required TimeSpan Timeout { get; init; }
    public required long SentAt { get; init; }
    public Task<T> Answer => _answer.Task;
    public override bool IsOver => _answer.Task.IsFaulted;
    /// <summary>The grain gets a token of its own; the caller stops waiting at once when its token is cancelled.</summary>
    public void Observe(CancellationToken token)
    {
        _cancellation = new();
        Arguments[Method.TokenIndex] = _cancellation.Token;
        _registration = token.UnsafeRegister(_ =>
        {
            _answer.TrySetCanceled(token);
            endpoint.Forget(this);
            _ = _cancellation.CancelAsync();
        }, null);
    }

    public override void Complete(object? result)
    {
        if (endpoint.IsCutOff(this))
        {
            return;
        }

        try
        {
            var copy = Method.SharedResult && !endpoint.IsRemote ? result : endpoint.Copy(result);
            End(copy is null ? _answer.TrySetResult(default!) : _answer.TrySetResult((T)copy));
        }
        catch (Exception exception) when (exception is CodecNotFoundException or InvalidCastException)
        {
            End(_answer.TrySetException(exception));
        }
    }

    public override void Fail(Exception exception)
    {
        if (!endpoint.IsCutOff(this))
        {
            End(_answer.TrySetException(endpoint.IsRemote && !CodecRules.HasCodec(exception.GetType())
                ? new CodecNotFoundException($"Could not find a codec for type {exception.GetType()}: {exception.Message}")
                : exception));
        }
    }

    public void Expire()
    {
        End(_answer.TrySetException(new TimeoutException($"Response did not arrive on time in {Timeout} for message: {this}.")));
        if (endpoint.CancelOnTimeout)
        {
            _ = _cancellation?.CancelAsync();
        }
    }

    private void End(bool answered)
    {
        if (answered)
        {
            endpoint.Forget(this);
            _registration.Unregister();
        }
    }
}

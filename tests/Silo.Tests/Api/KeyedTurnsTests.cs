using Orleans.Dpo.Silo.Api;

namespace Orleans.Dpo.Silo.Tests.Api;

public sealed class KeyedTurnsTests
{
    private readonly KeyedTurns _turns = new();

    [Fact]
    public async Task One_key_is_one_at_a_time_and_another_key_does_not_wait()
    {
        var first = await _turns.TakeAsync("a", default);
        var second = _turns.TakeAsync("a", default);
        using (await _turns.TakeAsync("b", default))
        {
            Assert.False(second.IsCompleted);
            Assert.Equal(2, _turns.Count);
        }

        first.Dispose();
        (await second).Dispose();
        Assert.Equal(0, _turns.Count);
    }

    [Fact]
    public async Task A_key_is_forgotten_when_whoever_waited_gives_up()
    {
        using var patience = new CancellationTokenSource();
        var first = await _turns.TakeAsync("a", default);
        var waiting = _turns.TakeAsync("a", patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, _turns.Count);
        first.Dispose();
        Assert.Equal(0, _turns.Count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _turns.TakeAsync("a", patience.Token));
        Assert.Equal(0, _turns.Count);
    }

    [Fact]
    public async Task Under_many_takers_nobody_overlaps_and_nothing_is_left()
    {
        var inside = new int[8];
        await Task.WhenAll(Enumerable.Range(0, 4000).Select(i => Task.Run(async () =>
        {
            using var turn = await _turns.TakeAsync($"key {i % inside.Length}", default);
            Assert.Equal(1, Interlocked.Increment(ref inside[i % inside.Length]));
            await Task.Yield();
            Interlocked.Decrement(ref inside[i % inside.Length]);
        })));
        Assert.Equal(0, _turns.Count);
    }
}

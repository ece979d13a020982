namespace Orleans.Dpo.Silo.Api;

/// <summary>One turn at a time for each key. A key is held only while someone has its turn or waits for it, so memory follows the requests under way.</summary>
internal sealed class KeyedTurns
{
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>Keys that someone has or waits for.</summary>
    public int Count
    {
        get
        {
            lock (_turns)
            {
                return _turns.Count;
            }
        }
    }

    /// <summary>Waits for the key's turn, which ends when the result is disposed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<IDisposable> TakeAsync(string key, CancellationToken cancellationToken)
    {
        Turn? turn;
        lock (_turns)
        {
            if (!_turns.TryGetValue(key, out turn))
            {
                _turns[key] = turn = new(this, key);
            }

            turn.People++;
        }

        try
        {
            await turn.Gate.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Leave(turn);
            throw;
        }

        return turn;
    }

    private void Leave(Turn turn)
    {
        lock (_turns)
        {
            if (--turn.People == 0)
            {
                _turns.Remove(turn.Key);
            }
        }
    }

    // Whoever has the turn holds this very object; it is disposed once by each, after which the next one has it.
    private sealed class Turn(KeyedTurns turns, string key) : IDisposable
    {
        public string Key { get; } = key;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        /// <summary>Who has the turn and who waits; read and written under the lock.</summary>
        public int People { get; set; }

        public void Dispose()
        {
            Gate.Release();
            turns.Leave(this);
        }
    }
}

using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Dpo.Grains.Storage;

/// <summary>
/// The numbered records of one grain (rounds, versions, policies …) and the ledger events of their changes, stored in pages of 32, so that a write
/// does not grow with the history. All records are held in memory.
/// </summary>
/// <remarks>
/// A change is three steps: the page with the change as an intent, the event, the change in memory. A record becomes visible only when its event is
/// durable, and an intent found on loading is carried out again: the event's key makes that harmless. After a failure the grain deactivates, and its
/// next activation repairs what was left.
/// </remarks>
internal sealed class NumberedRecords<T>(IGrainStorage storage, GrainId grain, string name, IProjectLedgerGrain ledger, Action fault)
    where T : class
{
    private const int PageSize = 32;
    private readonly List<GrainState<RecordPage<T>>> _pages = [];
    private readonly List<T?> _records = [];

    /// <summary>Records of the grain under a name of its own.</summary>
    public static NumberedRecords<T> Of(Grain grain, IServiceProvider services, IGrainFactory grains, string project, string name, Action fault) =>
        new(services.GetRequiredKeyedService<IGrainStorage>("blob"), grain.GetGrainId(), name, grains.GetGrain<IProjectLedgerGrain>(project), fault);

    /// <summary>Number of the last record; 0 when there is none.</summary>
    public int Last => _records.Count;

    /// <summary>Records in the order of their numbers.</summary>
    public IEnumerable<T> All => _records.OfType<T>();

    /// <summary>Records, newest first, below a number.</summary>
    public IEnumerable<T> Before(int? number)
    {
        for (var i = Math.Min(number ?? int.MaxValue, _records.Count + 1) - 1; i >= 1; i--)
        {
            if (_records[i - 1] is { } record)
            {
                yield return record;
            }
        }
    }

    /// <summary>The record of a number from 1, or null.</summary>
    public T? Find(int number) => number >= 1 && number <= _records.Count ? _records[number - 1] : null;

    /// <summary>Reads all pages and carries out intents that a crash left.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = new GrainState<RecordPage<T>>(new RecordPage<T>());
            await storage.ReadStateAsync(PageName(_pages.Count), grain, page);
            if (!page.RecordExists)
            {
                return;
            }

            foreach (var slot in page.State.Slots)
            {
                if (slot.Next is not null && slot.Happened is not null)
                {
                    await ledger.AppendAsync([slot.Happened], cancellationToken);
                }

                _records.Add(slot.Next ?? slot.Now);
            }

            _pages.Add(page);
            if (page.State.Slots.Count < PageSize)
            {
                return;
            }
        }
    }

    /// <summary>Adds (number = <see cref="Last"/> + 1) or replaces a record. Visible, and in the ledger, when this returns.</summary>
    public async Task<T> CommitAsync(int number, T next, ProjectEvent? happened, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, _records.Count + 1);
        var index = (number - 1) / PageSize;
        var page = index < _pages.Count ? _pages[index] : new GrainState<RecordPage<T>>(new RecordPage<T>());
        var slots = page.State.Slots.Select((_, i) => new RecordSlot<T> { Now = _records[(index * PageSize) + i] }).ToList();
        var slot = new RecordSlot<T> { Now = Find(number), Next = next, Happened = happened };
        var at = (number - 1) % PageSize;
        if (at < slots.Count)
        {
            slots[at] = slot;
        }
        else
        {
            slots.Add(slot);
        }

        try
        {
            page.State = new() { Slots = slots };
            await storage.WriteStateAsync(PageName(index), grain, page);
            if (happened is not null)
            {
                await ledger.AppendAsync([happened], cancellationToken);
            }
        }
        catch
        {
            fault();
            throw;
        }

        if (index == _pages.Count)
        {
            _pages.Add(page);
        }

        if (number > _records.Count)
        {
            _records.Add(next);
        }

        return _records[number - 1] = next;
    }

    private string PageName(int index) => string.Create(CultureInfo.InvariantCulture, $"{name}-{index + 1:D6}");
}

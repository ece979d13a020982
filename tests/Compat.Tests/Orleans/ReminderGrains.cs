using Orleans.Runtime;

namespace Orleans.Dpo.Compat.Tests.Orleans;

internal interface IReminderGrain : IGrainWithStringKey
{
    Task RegisterAsync(string name, TimeSpan due, TimeSpan period);

    Task<string[]> NamesAsync();

    Task<bool> HasAsync(string name);

    Task UnregisterAsync(string name);
}

internal sealed class ReminderGrain : Grain, IReminderGrain, IRemindable
{
    private Journal Journal => Journal.Of(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Journal.Add("activate");
        return Task.CompletedTask;
    }

    public Task RegisterAsync(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task<string[]> NamesAsync() => [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order(StringComparer.Ordinal)];

    public async Task<bool> HasAsync(string name) => await this.GetReminder(name) is not null;

    public async Task UnregisterAsync(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Journal.Add($"{reminderName} {status.Period}");
        return reminderName is "throwing" ? throw new InvalidOperationException("a reminder may fail") : Task.CompletedTask;
    }
}

internal interface INotRemindableGrain : IGrainWithStringKey
{
    Task RegisterAsync();
}

internal sealed class NotRemindableGrain : Grain, INotRemindableGrain
{
    public Task RegisterAsync() => this.RegisterOrUpdateReminder("r", TimeSpan.Zero, TimeSpan.FromMinutes(2));
}

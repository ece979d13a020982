using System.Globalization;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.AnnotatorUi.Rendering;

/// <summary>Numbers, times and states as people read them, the same on every page.</summary>
internal static class Shown
{
    public static string Number(double value, int digits = 3) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    public static string Number(double? value, int digits = 3) => value is { } number ? Number(number, digits) : "–";

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double value) => value.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Age(TimeSpan age) => age.TotalSeconds switch
    {
        < 90 => $"{Count((long)Math.Max(0, age.TotalSeconds))} s",
        < 5400 => $"{Count((long)age.TotalMinutes)} min",
        _ => $"{Number(age.TotalHours, 1)} h",
    };

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1 << 30 => $"{Number(bytes / (double)(1 << 30), 2)} GiB",
        >= 1 << 20 => $"{Number(bytes / (double)(1 << 20), 1)} MiB",
        >= 1 << 10 => $"{Number(bytes / 1024.0, 1)} KiB",
        _ => $"{bytes} B",
    };

    public static string Rate(WinRate? rate) =>
        rate is null ? "–" : $"{Percent(rate.Rate)} [{Percent(rate.Low)}, {Percent(rate.High)}] of {rate.Wins + rate.Losses + rate.Ties}";

    public static string State(RoundState state) => state switch
    {
        RoundState.AwaitingJudgments => "awaiting judgments",
        _ => state.ToString().ToLowerInvariant(),
    };

    public static bool IsOver(RoundState state) =>
        state is RoundState.Promoted or RoundState.Rejected or RoundState.Expired or RoundState.Failed or RoundState.Cancelled;
}

using System.Globalization;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Tests.Rounds;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2026-01-05 12:00:30", "2026-01-05 12:01")]
    [InlineData("0 3 * * *", "2026-01-05 03:00:00", "2026-01-06 03:00")]
    [InlineData("*/15 9-17 * * 1-5", "2026-01-02 17:50:00", "2026-01-05 09:00")]
    [InlineData("30 4 1,15 * *", "2026-01-05 00:00:00", "2026-01-15 04:30")]
    [InlineData("0 0 29 2 *", "2026-01-05 00:00:00", "2028-02-29 00:00")]
    [InlineData("0 0 13 * 5", "2026-01-05 00:00:00", "2026-01-09 00:00")]
    [InlineData("0 0 * * 7", "2026-01-05 00:00:00", "2026-01-11 00:00")]
    public void The_next_minute_is_found(string cron, string after, string expected)
    {
        Assert.True(CronSchedule.TryParse(cron, out var schedule, out _));
        Assert.Equal(Utc(expected), schedule.NextAfter(Utc(after)));
    }

    [Theory]
    [InlineData("* * * *", "five fields")]
    [InlineData("60 * * * *", "minute")]
    [InlineData("* 5-1 * * *", "hour")]
    [InlineData("* * */0 * *", "day of month")]
    [InlineData("* * * x *", "month")]
    [InlineData("* * * * 8", "day of week")]
    public void A_malformed_field_is_named(string cron, string named)
    {
        Assert.False(CronSchedule.TryParse(cron, out _, out var fault));
        Assert.Contains(named, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_day_that_never_comes_has_no_next_minute()
    {
        Assert.True(CronSchedule.TryParse("0 0 30 2 *", out var schedule, out _));
        Assert.Null(schedule.NextAfter(Utc("2026-01-05 00:00")));
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

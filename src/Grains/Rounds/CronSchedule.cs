using System.Collections.Immutable;
using System.Globalization;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>A cron expression of five fields: minute, hour, day of month, month, day of week (0 to 7, Sunday is 0 and 7), in UTC.</summary>
/// <remarks>Each field is <c>*</c>, numbers, ranges <c>a-b</c> and steps <c>/n</c>, separated by commas. As in cron, a day matches when either day field does, if both are restricted.</remarks>
public sealed class CronSchedule
{
    private static readonly (string Name, int Low, int High)[] s_fields = [("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7)];
    private readonly ImmutableArray<ImmutableHashSet<int>> _sets;
    private readonly bool _eitherDay;

    private CronSchedule(ImmutableArray<ImmutableHashSet<int>> sets, bool eitherDay) => (_sets, _eitherDay) = (sets, eitherDay);

    /// <summary>Parses an expression; on failure <paramref name="fault"/> names the field.</summary>
    public static bool TryParse(string text, out CronSchedule schedule, out string fault)
    {
        schedule = null!;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is not 5)
        {
            fault = "it must have five fields: minute hour day month weekday.";
            return false;
        }

        var sets = ImmutableArray.CreateBuilder<ImmutableHashSet<int>>(5);
        for (var i = 0; i < 5; i++)
        {
            if (ParseField(parts[i], s_fields[i].Low, s_fields[i].High) is not { } set)
            {
                fault = $"the field {s_fields[i].Name} is '{parts[i]}'.";
                return false;
            }

            sets.Add(i is 4 && set.Contains(7) ? set.Add(0) : set);
        }

        fault = "";
        schedule = new(sets.MoveToImmutable(), parts[2][0] is not '*' && parts[4][0] is not '*');
        return true;
    }

    /// <summary>The first due minute after an instant, or null when there is none within five years (30 February, for instance).</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset after)
    {
        var start = after.ToUniversalTime();
        var minute = new DateTimeOffset(start.Year, start.Month, start.Day, start.Hour, start.Minute, 0, TimeSpan.Zero).AddMinutes(1);
        var end = minute.AddYears(5);
        while (minute < end)
        {
            if (!IsDay(minute))
            {
                minute = new DateTimeOffset(minute.Date, TimeSpan.Zero).AddDays(1);
            }
            else if (!_sets[1].Contains(minute.Hour))
            {
                minute = minute.AddMinutes(60 - minute.Minute);
            }
            else if (!_sets[0].Contains(minute.Minute))
            {
                minute = minute.AddMinutes(1);
            }
            else
            {
                return minute;
            }
        }

        return null;
    }

    private bool IsDay(DateTimeOffset day)
    {
        var (month, week) = (_sets[2].Contains(day.Day), _sets[4].Contains((int)day.DayOfWeek));
        return _sets[3].Contains(day.Month) && (_eitherDay ? month || week : month && week);
    }

    private static ImmutableHashSet<int>? ParseField(string field, int low, int high)
    {
        var set = ImmutableHashSet.CreateBuilder<int>();
        foreach (var item in field.Split(','))
        {
            var stepped = item.Split('/');
            var step = 1;
            if (stepped.Length > 2 || (stepped.Length is 2 && (!TryNumber(stepped[1], out step) || step is 0)))
            {
                return null;
            }

            var bounds = stepped[0].Split('-');
            int from;
            int to;
            if (stepped[0] is "*")
            {
                (from, to) = (low, high);
            }
            else if (bounds.Length > 2 || !TryNumber(bounds[0], out from) || !TryNumber(bounds[^1], out to))
            {
                return null;
            }

            to = bounds.Length is 1 && stepped.Length is 2 ? high : to;
            if (from < low || to > high || from > to)
            {
                return null;
            }

            for (var value = from; value <= to; value += step)
            {
                set.Add(value);
            }
        }

        return set.ToImmutable();
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

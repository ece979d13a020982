using System.Globalization;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>What goes on, one line a step, with the seconds since the start.</summary>
internal sealed class ProgressLines(TextWriter output, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    public double Seconds => time.GetElapsedTime(_began).TotalSeconds;

    public Task SayAsync(string line) => output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Seconds,6:F1} s  {line}"));
}

using Orleans.Dpo.Samples.FilmReviews.Client;

namespace Orleans.Dpo.Samples.FilmReviews.Demo;

/// <summary>What the demo was asked to do.</summary>
internal sealed record DemoOptions
{
    /// <summary>The silo's executable.</summary>
    public required string Silo { get; init; }

    /// <summary>The trainer's executable.</summary>
    public required string Trainer { get; init; }

    /// <summary>Data folder of the silo; everything of the demo is under it.</summary>
    public required string Data { get; init; }

    public required Uri Url { get; init; }

    /// <summary>JSON file for the report.</summary>
    public required string Report { get; init; }

    /// <summary>Only the simulated rounds, then the end; otherwise the pages stay up for a person.</summary>
    public required bool Once { get; init; }

    /// <summary>Rounds were asked for by number: a table is printed and no project is left for a person.</summary>
    public required bool Headless { get; init; }

    public required RunOptions Run { get; init; }
}

using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Cli;

namespace Orleans.Dpo.Trainer.Jobs;

/// <summary>Refuses sampling settings outside their range.</summary>
internal static class SamplingRanges
{
    public static void Check(JobSampling sampling, int batchSize)
    {
        OptionRanges.Require(sampling.Temperature >= 0, "temperature", sampling.Temperature, "0 or more");
        OptionRanges.Require(sampling.TopP is > 0 and <= 1, "nucleus share", sampling.TopP, "in (0, 1]");
        OptionRanges.Require(sampling.MaxNewTokens > 0, "number of new tokens", sampling.MaxNewTokens, "at least 1");
        OptionRanges.Require(batchSize > 0, "batch size", batchSize, "at least 1");
    }

    public static void CheckSamples(int samples) => OptionRanges.Require(samples > 0, "number of samples", samples, "at least 1");
}

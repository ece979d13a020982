using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;

namespace Orleans.Dpo.Trainer.Evaluation;

/// <summary><c>kl.json</c>: how far a policy is from another, by every usual estimator, over responses that the policy wrote itself at temperature 1.</summary>
/// <param name="Policy">Hash of the policy.</param>
/// <param name="Start">Hash of the other.</param>
/// <param name="Responses">Responses sampled.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Estimators">By name: nats a response, and the standard error of that mean.</param>
internal sealed record KlFile(string Policy, string Start, int Responses, long Tokens, ImmutableArray<KlEstimate> Estimators)
{
    public const string FileName = "kl.json";

    private static readonly (string Name, string Meaning, Func<ResponseMeasures, double> Value)[] s_estimators =
    [
        ("exact", "full vocabulary at every position", measures => measures.Divergence),
        ("k1", "log π − log π0 of the sampled tokens; unbiased, may be negative", measures => measures.K1),
        ("k2", "half its square; biased", measures => measures.K2),
        ("k3", "π0/π − 1 + log π − log π0; unbiased, never negative", measures => measures.K3),
        ("absolute", "|log π − log π0|; no divergence, an upper mark", measures => measures.Absolute),
    ];

    public static KlFile Of(string policy, string start, IReadOnlyCollection<ResponseMeasures> measures, long tokens) => new(
        policy, start, measures.Count, tokens, [.. s_estimators.Select(estimator => Estimate(estimator.Name, estimator.Meaning, [.. measures.Select(estimator.Value)]))]);

    public static KlFile? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize<KlFile>(File.ReadAllBytes(path), JobJson.File) : null;
    }

    public void Write(string path) => DurableFolder.ReplaceFile(path, JsonSerializer.SerializeToUtf8Bytes(this, JobJson.File));

    private static KlEstimate Estimate(string name, string meaning, double[] values)
    {
        var mean = values.Average();
        var error = values.Length < 2 ? (double?)null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
        return new KlEstimate(name, meaning, mean, error);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Bench;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;

// Statistics on one thread. Targets: a fit or an interval within 2 s, an online update within 1 ms for an annotator of 200 votes.
const int Judgments = 100_000;
var json = Array.IndexOf(args, "--json") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
var random = new Random(1);
var input = Crowd(items: 25_000, annotators: 500, overlap: 4);
var battles = Enumerable.Range(0, Judgments).Select(_ => Fight(policies: 20)).ToArray();
var fit = JointPairModel.Fit(input);
var online = new OnlinePosterior(input, fit);

Row[] rows =
[
    Best("joint/1, 100,000 judgments, 500 annotators", "s", 2, 1, () => JointPairModel.Fit(input)),
    Best("Bradley-Terry, 100,000 battles, 20 policies, 1,000 resamples", "s", 2, 1, () => BradleyTerry.Fit(20, [.. battles], TieRule.Half, 1000)),
    Best("the same with Davidson's ties", "s", null, 1, () => BradleyTerry.Fit(20, [.. battles], TieRule.Davidson, 1000)),
    Best("online update, one judgment", "ms", 1, 200, () =>
    {
        for (var n = 0; n < 200; n++)
        {
            online.Add(input.Judgments[n * 37]);
        }
    }),
    Best("expected information of one candidate", "ms", null, 200, () =>
    {
        for (var n = 0; n < 200; n++)
        {
            online.InformationGain(n, n);
        }
    }),
];

if (json is not null)
{
    await File.WriteAllTextAsync(json, JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
}
else
{
    foreach (var row in rows)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-62} {row.Value,9:F3} {row.Unit,-2}  target {row.Target?.ToString(CultureInfo.InvariantCulture) ?? "-",3}  {row.Pass switch { true => "pass", false => "FAIL", _ => "" }}"));
    }
}

return rows.Any(row => row.Pass is false) ? 1 : 0;

static Row Best(string name, string unit, double? target, int count, Action action)
{
    action();
    var best = Enumerable.Range(0, 3).Min(_ =>
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalSeconds;
    });
    var value = best / count * (unit is "ms" ? 1000 : 1);
    return new(name, value, unit, null, null, null, target, target is null ? null : value <= target);
}

JointInput Crowd(int items, int annotators, int overlap)
{
    var reliability = Enumerable.Range(0, annotators).Select(_ => 0.5 + random.NextDouble()).ToArray();
    double[] style = [.. Enumerable.Range(0, items).Select(_ => random.NextDouble() - 0.5)];
    var judgments = Enumerable.Range(0, items).SelectMany(item =>
    {
        var better = (random.NextDouble() - 0.5) * 6;
        return Enumerable.Range(0, overlap).Select(_ =>
        {
            var k = random.Next(annotators);
            var odds = Math.Exp(reliability[k] * better);
            var tie = random.NextDouble() < 0.15;
            return new JointJudgment(item, k, tie ? Choice.Tie : random.NextDouble() < odds / (1 + odds) ? Choice.A : Choice.B, random.Next(2) is 0);
        });
    });
    return new(annotators, [.. style], [.. judgments]);
}

Battle Fight(int policies)
{
    var a = random.Next(policies);
    var b = (a + 1 + random.Next(policies - 1)) % policies;
    var odds = Math.Exp(0.1 * (a - b));
    return new(a, b, random.NextDouble() < 0.2 ? Choice.Tie : random.NextDouble() < odds / (1 + odds) ? Choice.A : Choice.B);
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Faults;

internal sealed partial class Crowd
{
    private const int CopiesEach = 3;
    private const int Requests = 4;

    /// <summary>Three copies of each judgment and an edit of each, dealt to several requests that run at once: an edit may come before what it edits, a copy after the edit.</summary>
    private async Task StormAsync(HttpClient client, IReadOnlyList<object> judgments, Random random)
    {
        var firsts = judgments.Select(judgment => JsonSerializer.SerializeToNode(judgment)!).ToList();
        await DealAsync(client, firsts, random);
        var edits = firsts.Where(_ => random.Next(3) == 0).Select(old => EditOf(old, random)).ToList();

        // Late copies of what was replaced meanwhile.
        await DealAsync(client, [.. edits, .. firsts], random);
    }

    private static JsonNode EditOf(JsonNode old, Random random) => JsonSerializer.SerializeToNode(new
    {
        id = Api.Judgments.NewId(), pair = (string?)old["pair"], lease = (string?)old["lease"], choice = random.Next(2) == 0 ? "undo" : "tie", supersedes = (string?)old["id"], input = "api",
    })!;

    private async Task DealAsync(HttpClient client, List<JsonNode> judgments, Random random)
    {
        var dealt = Enumerable.Range(0, Requests).Select(_ => new List<JsonNode>()).ToList();
        foreach (var copy in Enumerable.Range(0, CopiesEach).SelectMany(_ => judgments).OrderBy(_ => random.Next()))
        {
            dealt[random.Next(Requests)].Add(copy);
        }

        Interlocked.Add(ref _copies, (CopiesEach - 1) * judgments.Count);
        await Task.WhenAll(dealt.Where(request => request.Count > 0).Select(request => SendAllAsync(client, request)));
    }

    private async Task SendAllAsync(HttpClient client, List<JsonNode> judgments)
    {
        for (var left = judgments; left.Count > 0;)
        {
            var results = await AskAsync(client, $"{_path}/judgments", $"[{string.Join(',', left.Select(judgment => judgment.ToJsonString()))}]") as JsonArray;
            left = results is null ? left : [.. left.Where((judgment, i) => !Hear(results[i], judgment.ToJsonString()))];
            if (left.Count > 0)
            {
                Interlocked.Add(ref _again, left.Count);
                await Task.Delay(30);
            }
        }
    }
}

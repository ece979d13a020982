using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orleans.Dpo.Bench;

/// <summary>People, a project and its pairs, made through the API.</summary>
internal static class Study
{
    private const int RowsARequest = 50_000;
    private static readonly string[] s_roles = ["annotator"];

    /// <summary>People with a key each; the keys in a file, one a line.</summary>
    public static async Task<string> AddPeopleAsync(ServerProcess server, string folder, int count)
    {
        var keys = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var person = await server.PostAsync("/api/v1/people", new { name = $"person {i}", roles = s_roles, kind = "simulated" });
            var key = await server.PostAsync("/api/v1/keys", new { name = $"person {i}", roles = s_roles, person = person.GetProperty("id").GetString() });
            keys.Add(key.GetProperty("key").GetString()!);
        }

        var file = Path.Combine(folder, "keys");
        await File.WriteAllLinesAsync(file, keys);
        return file;
    }

    /// <summary>A project and pairs, four to a prompt. One row in 2,000 has the word that the search looks for.</summary>
    /// <returns>Rows imported a second.</returns>
    public static async Task<double> AddPairsAsync(ServerProcess server, string project, int pairs, int overlap)
    {
        await server.PostAsync("/api/v1/projects", new { id = project, shards = 4, settings = new { title = project, overlap, lease_minutes = 30, assignment = new { repeat_share = 0.0 } } });
        var watch = Stopwatch.StartNew();
        for (var from = 0; from < pairs; from += RowsARequest)
        {
            var lines = new StringBuilder();
            for (var i = from; i < Math.Min(pairs, from + RowsARequest); i++)
            {
                var word = i % 2000 == 999 ? "needle" : "straw";
                lines.Append(CultureInfo.InvariantCulture, $$"""{"prompt":"Question {{i / 4}}: what would you say of number {{i / 4 * 31}} to somebody who never saw it?","response_a":"The first answer to {{i}} is rather short, with some {{word}}.","response_b":"The second answer to {{i}} says the same at greater length and in other words.","source_a":"alpha","source_b":"beta"}""").Append('\n');
            }

            var answer = await server.PostAsync($"/api/v1/projects/{project}/pairs", lines.ToString());
            if (answer.GetProperty("added").GetInt32() + answer.GetProperty("known").GetInt32() == 0)
            {
                throw new InvalidOperationException($"The import took nothing: {answer}");
            }
        }

        return pairs / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Prints a row and gives it on; a target is the most, or with <paramref name="atMost"/> false the least.</summary>
    public static Row Row(string name, double value, string unit, double? target, bool atMost = true, string? peer = null, double? ratio = null)
    {
        bool? pass = target is null ? null : atMost ? value <= target : value >= target;
        return Print(new(name, value, unit, peer, ratio, null, target, pass));
    }

    /// <summary>Prints a row.</summary>
    public static Row Print(Row row)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{row.Name,-66} {row.Value,12:N2} {row.Unit,-12} target {row.Target?.ToString("N2", CultureInfo.InvariantCulture) ?? "-",9}  {row.Pass switch { true => "pass", false => "FAIL", _ => "" }} {row.Peer}"));
        return row;
    }

    /// <summary>The slowest of some requests but one in a hundred, in milliseconds.</summary>
    public static async Task<double> SlowestAsync(ServerProcess server, string path, int count, bool mayBeEmpty = false)
    {
        var times = new List<double>();
        for (var i = 0; i < count; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var response = await server.Admin.GetAsync(path);
            var text = await response.Content.ReadAsStringAsync();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (!response.IsSuccessStatusCode || (!mayBeEmpty && JsonDocument.Parse(text).RootElement.GetProperty("items").GetArrayLength() == 0))
            {
                throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {text}");
            }
        }

        return LoadResult.Of(times, 1).P99Ms;
    }
}

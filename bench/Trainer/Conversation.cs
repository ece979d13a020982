using System.Diagnostics;
using System.Text.Json;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>A side that stays: a line to it, a line of JSON back.</summary>
internal sealed class Conversation(Process process) : IDisposable
{
    public JsonElement Ask(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
        return JsonSerializer.Deserialize<JsonElement>(process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("A side ended early."));
    }

    public double Seconds(string line) => Ask(line).GetProperty("seconds").GetDouble();

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}

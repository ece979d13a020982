using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Commands;

/// <summary><c>push PROJECT DIR</c>: registers a Hugging Face folder as a policy; with <c>--gate</c> it meets the same gate as a candidate of a round.</summary>
internal static class PushCommand
{
    private static readonly string[] s_required = ["config.json", "model.safetensors", "tokenizer.json"];

    public static Command Create()
    {
        var project = new Argument<string>("project") { Description = "The project's slug." };
        var folder = new Argument<DirectoryInfo>("folder") { Description = "A Hugging Face folder: config.json, model.safetensors, tokenizer.json and what else belongs to it." };
        var parent = new Option<string?>("--parent") { Description = "Policy it was trained from, such as p3." };
        var gate = new Option<bool>("--gate") { Description = "Plan a round that evaluates it and lets the gate decide." };
        var command = new Command("push", "Uploads a checkpoint as a policy.") { project, folder, parent, gate, CommandLine.Server, CommandLine.KeyFile };
        command.SetAction((parsed, cancellationToken) => CommandLine.RunAsync(async () =>
        {
            using var client = ServerClient.Open(parsed.GetRequiredValue(CommandLine.Server), parsed.GetRequiredValue(CommandLine.KeyFile));
            await PushAsync(client, parsed.GetRequiredValue(project), parsed.GetRequiredValue(folder), parsed.GetValue(parent), parsed.GetValue(gate), cancellationToken);
        }));
        return command;
    }

    private static async Task PushAsync(ServerClient client, string project, DirectoryInfo folder, string? parent, bool gate, CancellationToken cancellationToken)
    {
        if (!folder.Exists)
        {
            throw new CommandException($"The folder '{folder.FullName}' does not exist.");
        }

        var files = folder.GetFiles().Where(file => !file.Name.StartsWith('.')).OrderBy(file => file.Name, StringComparer.Ordinal).ToArray();
        if (s_required.FirstOrDefault(name => !files.Any(file => file.Name == name)) is { } missing)
        {
            throw new CommandException($"'{folder.FullName}' has no {missing}.");
        }

        var root = $"api/v1/projects/{Uri.EscapeDataString(project)}";
        var key = await KeyAsync(files, cancellationToken);
        var policy = (await client.PostAsync($"{root}/policies", new { parent }, $"push-{key}", cancellationToken)).GetProperty("id").GetString()!;
        // An earlier push of the same files may have come to its end; then there is nothing to send.
        var published = await client.FindAsync($"{root}/policies/{policy}", cancellationToken) ?? await UploadAsync(client, $"{root}/policies/{policy}", files, key, cancellationToken);
        Console.WriteLine($"{policy}  {published.GetProperty("hash").GetString()}");
        if (gate)
        {
            var round = await client.PostAsync($"{root}/rounds", new { candidate = policy }, $"gate-{key}", cancellationToken);
            Console.WriteLine($"round {round.GetProperty("id").GetString()} evaluates it");
        }
    }

    private static async Task<JsonElement> UploadAsync(ServerClient client, string policy, FileInfo[] files, string key, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            await client.PutFileAsync($"{policy}/files/{Uri.EscapeDataString(file.Name)}", file, cancellationToken);
        }

        return await client.PostAsync($"{policy}/publish", new { }, $"publish-{key}", cancellationToken);
    }

    /// <summary>The same files push as the same policy, so that an interrupted push can be repeated.</summary>
    private static async Task<string> KeyAsync(FileInfo[] files, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            await using var stream = file.OpenRead();
            hash.AppendData(Encoding.UTF8.GetBytes(file.Name));
            hash.AppendData(await SHA256.HashDataAsync(stream, cancellationToken));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}

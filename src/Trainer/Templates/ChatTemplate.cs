using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>The chat template of a model folder: how messages become the text that the model was taught to read.</summary>
/// <remarks>
/// <c>chat_template.jinja</c> goes before <c>chat_template</c> of <c>tokenizer_config.json</c>, which is a text or a list of named ones; of those <c>default</c> is taken.
/// Special tokens are given to it by their names, tools and documents as none, which is what the library that wrote the folder does.
/// </remarks>
internal sealed class ChatTemplate
{
    private static readonly string[] s_tokenFiles = ["special_tokens_map.json", "tokenizer_config.json"];
    private readonly JinjaTemplate _template;
    private readonly Dictionary<string, object?> _values;
    private readonly string _file;

    private ChatTemplate(string file, JinjaTemplate template, Dictionary<string, object?> values) => (_file, _template, _values) = (file, template, values);

    /// <returns>The template, or null when the folder has none.</returns>
    /// <exception cref="InvalidDataException">The template cannot be done here; file, line and name of what is missing are in the message.</exception>
    public static ChatTemplate? Find(string folder)
    {
        if (Source(folder) is not { } source)
        {
            return null;
        }

        try
        {
            return new ChatTemplate(source.File, JinjaTemplate.Parse(source.Text), SpecialTokens(folder));
        }
        catch (TemplateException error)
        {
            throw Refuse(source.File, error);
        }
    }

    /// <param name="messages">Mappings with a role and a content.</param>
    /// <param name="addGenerationPrompt">Whether the text ends where the assistant's answer begins.</param>
    /// <param name="more">Further names that the row gives its template, such as <c>enable_thinking</c>.</param>
    /// <exception cref="InvalidDataException">The template refuses the messages.</exception>
    public string Render(IEnumerable<object?> messages, bool addGenerationPrompt, IEnumerable<KeyValuePair<string, object?>> more)
    {
        IEnumerable<KeyValuePair<string, object?>> values =
        [
            .. _values, new("tools", null), new("documents", null), .. more, new("messages", messages.ToList()), new("add_generation_prompt", addGenerationPrompt),
        ];
        try
        {
            return _template.Render(values, Day());
        }
        catch (TemplateException error)
        {
            throw Refuse(_file, error);
        }
    }

    /// <summary>SHA-256 of the template and the day that it is told, or null when the folder has none: a change of either changes what rows read as.</summary>
    public static string? Hash(string folder) => Source(folder) is { } source
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Day()?.ToUnixTimeSeconds()}\n{source.Text}")))
        : null;

    /// <summary>Ids must not depend on the day they are made, so a template learns the day only where <c>SOURCE_DATE_EPOCH</c> fixes it.</summary>
    public static DateTimeOffset? Day() =>
        long.TryParse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static (string File, string Text)? Source(string folder)
    {
        var own = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(own))
        {
            return (own, File.ReadAllText(own));
        }

        var config = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(config))
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(config));
        if (!document.RootElement.TryGetProperty("chat_template", out var template))
        {
            return null;
        }

        return template.ValueKind switch
        {
            JsonValueKind.String => ($"{config}, chat_template", template.GetString()!),
            JsonValueKind.Array => ($"{config}, chat_template", Default(template) ?? throw new InvalidDataException($"{config}: chat_template is a list without one named default.")),
            _ => null,
        };
    }

    private static string? Default(JsonElement list) => list.EnumerateArray()
        .Where(entry => entry.ValueKind is JsonValueKind.Object && entry.TryGetProperty("name", out var name) && name.ValueEquals("default"))
        .Select(entry => entry.TryGetProperty("template", out var text) ? text.GetString() : null)
        .FirstOrDefault();

    private static Dictionary<string, object?> SpecialTokens(string folder)
    {
        var tokens = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var file in s_tokenFiles.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var member in document.RootElement.EnumerateObject().Where(m => m.Name.EndsWith("_token", StringComparison.Ordinal)))
            {
                var text = member.Value is { ValueKind: JsonValueKind.Object } token && token.TryGetProperty("content", out var content) ? content : member.Value;
                if (text.ValueKind is JsonValueKind.String)
                {
                    tokens[member.Name] = text.GetString();
                }
            }
        }

        return tokens;
    }

    private static InvalidDataException Refuse(string file, TemplateException error) =>
        new($"{file}, {error.Message} (docs/chat-templates.md lists what templates may use)", error);
}

using System.Text;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>A template in the subset of Jinja that chat templates use (docs/chat-templates.md). Safe for use by several threads at once.</summary>
internal sealed class JinjaTemplate
{
    private readonly IReadOnlyList<Statement> _body;

    private JinjaTemplate(IReadOnlyList<Statement> body) => _body = body;

    /// <exception cref="TemplateException">The template is malformed, or asks for something that the subset does not have; line and name are in the message.</exception>
    public static JinjaTemplate Parse(string source) => new(TemplateParser.Parse(source));

    /// <param name="values">Names that the template may use, beside its functions.</param>
    /// <param name="day">What <c>strftime_now</c> tells; null leaves it undefined.</param>
    /// <exception cref="TemplateException">The template refuses these values, or does with them what cannot be done.</exception>
    public string Render(IEnumerable<KeyValuePair<string, object?>> values, DateTimeOffset? day = null)
    {
        var scope = new RenderScope(null, new RenderBudget());
        foreach (var (name, value) in TemplateFunctions.All(day).Concat(values))
        {
            scope[name] = value;
        }

        var output = new StringBuilder();
        Statement.RenderAll(_body, scope.Inner(), output);
        return output.ToString();
    }
}

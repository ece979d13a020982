namespace Orleans.Dpo.Trainer.Templates;

/// <summary>A template that cannot be read, asks for something outside the subset, or refuses its messages; the message names the line.</summary>
internal sealed class TemplateException(int line, string what) : Exception($"line {line}: {what}")
{
    public int Line => line;
}

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>A mapping of texts to values, in the order they were put in.</summary>
internal sealed class TemplateMap() : OrderedDictionary<string, object?>(StringComparer.Ordinal);

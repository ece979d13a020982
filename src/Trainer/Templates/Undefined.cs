namespace Orleans.Dpo.Trainer.Templates;

/// <summary>A name or member that is not there. It prints as nothing and counts as false; anything more with it is an error.</summary>
internal sealed record Undefined(string Name);

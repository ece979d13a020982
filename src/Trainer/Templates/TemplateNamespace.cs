namespace Orleans.Dpo.Trainer.Templates;

/// <summary>What <c>namespace()</c> makes: members that a loop may set for those behind it.</summary>
internal sealed class TemplateNamespace(TemplateMap members)
{
    public TemplateMap Members => members;
}

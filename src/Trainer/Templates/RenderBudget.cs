namespace Orleans.Dpo.Trainer.Templates;

/// <summary>Bounds what a template may do: a model folder is somebody else's program.</summary>
internal sealed class RenderBudget
{
    private const int MostSteps = 2_000_000;
    private const int MostCharacters = 20_000_000;
    private const int DeepestCall = 60;
    private int _steps;
    private int _depth;

    public void Step(int line)
    {
        if (++_steps > MostSteps)
        {
            throw new TemplateException(line, $"the template does more than {MostSteps} steps for one conversation");
        }
    }

    public static void Length(int line, long characters)
    {
        if (characters > MostCharacters)
        {
            throw new TemplateException(line, $"the template makes more than {MostCharacters} characters of one conversation");
        }
    }

    public void Enter(int line)
    {
        if (++_depth > DeepestCall)
        {
            throw new TemplateException(line, $"macros call each other more than {DeepestCall} deep");
        }
    }

    public void Leave() => _depth--;
}

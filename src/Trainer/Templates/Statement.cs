using System.Text;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>A part of a template that writes text or sets names.</summary>
internal abstract record Statement(int Line)
{
    /// <summary>What comes after a statement: the next one, or the end or next turn of the loop around it.</summary>
    public enum Flow
    {
        Next,
        Break,
        Continue,
    }

    public abstract Flow Render(RenderScope scope, StringBuilder output);

    public static Flow RenderAll(IReadOnlyList<Statement> body, RenderScope scope, StringBuilder output)
    {
        foreach (var statement in body)
        {
            scope.Budget.Step(statement.Line);
            RenderBudget.Length(statement.Line, output.Length);
            if (statement.Render(scope, output) is var flow and not Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    private static string TextOf(IReadOnlyList<Statement> body, RenderScope scope)
    {
        var text = new StringBuilder();
        RenderAll(body, scope, text);
        return text.ToString();
    }

    public sealed record Literal(int Line, string Text) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output)
        {
            output.Append(Text);
            return Flow.Next;
        }
    }

    public sealed record Print(int Line, Expression What) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output)
        {
            output.Append(TemplateValues.Text(What.Value(scope)));
            return Flow.Next;
        }
    }

    public sealed record If(int Line, IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Otherwise) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output)
        {
            foreach (var (condition, body) in Branches)
            {
                if (TemplateValues.IsTrue(condition.Value(scope)))
                {
                    return RenderAll(body, scope, output);
                }
            }

            return RenderAll(Otherwise, scope, output);
        }
    }

    /// <summary>A block whose text stands where it is; training marks of other tools read so.</summary>
    public sealed record Block(int Line, IReadOnlyList<Statement> Body) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output) => RenderAll(Body, scope, output);
    }

    public sealed record Jump(int Line, Flow To) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output) => To;
    }

    public sealed record Set(int Line, IReadOnlyList<Expression> Targets, Expression What) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output)
        {
            Assign(Targets, What.Value(scope), scope, Line);
            return Flow.Next;
        }
    }

    public sealed record SetText(int Line, Expression Target, IReadOnlyList<Statement> Body, Func<Expression, Expression> Filtered) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output)
        {
            var text = TextOf(Body, scope.Inner());
            Assign([Target], Filtered(new Expression.Literal(Line, text)).Value(scope), scope, Line);
            return Flow.Next;
        }
    }

    public sealed record FilterText(int Line, IReadOnlyList<Statement> Body, Func<Expression, Expression> Filtered) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output)
        {
            var text = TextOf(Body, scope.Inner());
            output.Append(TemplateValues.Text(Filtered(new Expression.Literal(Line, text)).Value(scope)));
            return Flow.Next;
        }
    }

    public sealed record For(int Line, IReadOnlyList<Expression> Targets, Expression Over, Expression? Condition, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Otherwise) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output)
        {
            var items = TemplateValues.Items(Over.Value(scope), Line);
            if (Condition is not null)
            {
                items = [.. items.Where(item =>
                {
                    var trial = scope.Inner();
                    Assign(Targets, item, trial, Line);
                    return TemplateValues.IsTrue(Condition.Value(trial));
                })];
            }

            if (items.Count == 0)
            {
                return RenderAll(Otherwise, scope.Inner(), output);
            }

            var loop = new LoopState(items);
            for (var i = 0; i < items.Count; i++)
            {
                scope.Budget.Step(Line);
                var inner = scope.Inner();
                inner["loop"] = loop.At(i);
                Assign(Targets, items[i], inner, Line);
                if (RenderAll(Body, inner, output) is Flow.Break)
                {
                    break;
                }
            }

            return Flow.Next;
        }
    }

    public sealed record Macro(int Line, string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body) : Statement(Line)
    {
        public override Flow Render(RenderScope scope, StringBuilder output)
        {
            scope[Name] = (TemplateFunction)(arguments => Call(scope, arguments));
            return Flow.Next;
        }

        private string Call(RenderScope scope, CallArguments arguments)
        {
            if (arguments.Positional.Count > Parameters.Count || arguments.Named.Keys.FirstOrDefault(name => Parameters.All(p => p.Name != name)) is not null)
            {
                throw arguments.Refuse($"macro {Name} is called with arguments that it does not have");
            }

            var inner = scope.Inner();
            for (var i = 0; i < Parameters.Count; i++)
            {
                var (name, standard) = Parameters[i];
                inner[name] = arguments.Has(i, name) ? arguments.At(i, name) : standard is null ? new Undefined(name) : standard.Value(inner);
            }

            inner.Budget.Enter(Line);
            var text = TextOf(Body, inner);
            inner.Budget.Leave();
            return text;
        }
    }

    private static void Assign(IReadOnlyList<Expression> targets, object? value, RenderScope scope, int line)
    {
        if (targets.Count == 1)
        {
            AssignOne(targets[0], value, scope);
            return;
        }

        var items = TemplateValues.Items(value, line);
        if (items.Count != targets.Count)
        {
            throw new TemplateException(line, $"{items.Count} values cannot be given to {targets.Count} names");
        }

        foreach (var (target, item) in targets.Zip(items))
        {
            AssignOne(target, item, scope);
        }
    }

    private static void AssignOne(Expression target, object? value, RenderScope scope)
    {
        if (target is Expression.Name name)
        {
            scope[name.Text] = value;
        }
        else if (target is Expression.Member { Owner: var owner, Text: var member, Line: var line })
        {
            var space = owner.Value(scope) as TemplateNamespace ?? throw new TemplateException(line, "only members of a namespace can be set");
            space.Members[member] = value;
        }
    }
}

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>A part of a template that has a value.</summary>
internal abstract record Expression(int Line)
{
    public abstract object? Value(RenderScope scope);

    public sealed record Literal(int Line, object? Constant) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => Constant;
    }

    public sealed record Name(int Line, string Text) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => scope.Find(Text);
    }

    public sealed record ListOf(int Line, IReadOnlyList<Expression> Items) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => Items.Select(item => item.Value(scope)).ToList();
    }

    public sealed record MapOf(int Line, IReadOnlyList<(Expression Key, Expression Value)> Entries) : Expression(Line)
    {
        public override object? Value(RenderScope scope)
        {
            var map = new TemplateMap();
            foreach (var (key, value) in Entries)
            {
                map[key.Value(scope) as string ?? throw new TemplateException(Line, "keys of a mapping must be texts")] = value.Value(scope);
            }

            return map;
        }
    }

    public sealed record Not(int Line, Expression Operand) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => !TemplateValues.IsTrue(Operand.Value(scope));
    }

    public sealed record Both(int Line, Expression Left, Expression Right) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => Left.Value(scope) is var left && TemplateValues.IsTrue(left) ? Right.Value(scope) : left;
    }

    public sealed record Either(int Line, Expression Left, Expression Right) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => Left.Value(scope) is var left && TemplateValues.IsTrue(left) ? left : Right.Value(scope);
    }

    public sealed record Choice(int Line, Expression Condition, Expression Then, Expression? Otherwise) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => TemplateValues.IsTrue(Condition.Value(scope))
            ? Then.Value(scope)
            : Otherwise is null ? new Undefined("the value of an if without else") : Otherwise.Value(scope);
    }

    public sealed record Operation(int Line, string Operator, Expression Left, Expression Right) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => Arithmetic.Apply(Operator, Left.Value(scope), Right.Value(scope), Line);
    }

    public sealed record Sign(int Line, string Operator, Expression Operand) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => Arithmetic.Apply(Operator, 0L, Operand.Value(scope), Line);
    }

    /// <summary>One comparison, or a chain of them: a &lt; b &lt; c.</summary>
    public sealed record Comparison(int Line, Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest) : Expression(Line)
    {
        public override object? Value(RenderScope scope)
        {
            var left = First.Value(scope);
            foreach (var (name, operand) in Rest)
            {
                var right = operand.Value(scope);
                var holds = name switch
                {
                    "==" => TemplateValues.AreEqual(left, right),
                    "!=" => !TemplateValues.AreEqual(left, right),
                    "in" => TemplateValues.Contains(right, left, Line),
                    "not in" => !TemplateValues.Contains(right, left, Line),
                    "<" => TemplateValues.Compare(left, right, Line) < 0,
                    "<=" => TemplateValues.Compare(left, right, Line) <= 0,
                    ">" => TemplateValues.Compare(left, right, Line) > 0,
                    _ => TemplateValues.Compare(left, right, Line) >= 0,
                };
                if (!holds)
                {
                    return false;
                }

                left = right;
            }

            return true;
        }
    }

    public sealed record Member(int Line, Expression Owner, string Text) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => TemplateMembers.ByName(Owner.Value(scope), Text, Line);
    }

    public sealed record Item(int Line, Expression Owner, Expression Index) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => TemplateMembers.ByIndex(Owner.Value(scope), Index.Value(scope), Line);
    }

    public sealed record Slice(int Line, Expression Owner, Expression? First, Expression? End, Expression? Stride) : Expression(Line)
    {
        public override object? Value(RenderScope scope) =>
            TemplateMembers.BySlice(Owner.Value(scope), (Number(First, scope), Number(End, scope), Number(Stride, scope)), Line);

        private long? Number(Expression? part, RenderScope scope) => part?.Value(scope) switch
        {
            null => null,
            long number => number,
            var other => throw new TemplateException(Line, $"{TemplateValues.Kind(other)} cannot bound a slice"),
        };
    }

    public sealed record Call(int Line, Expression Callee, ArgumentList Arguments) : Expression(Line)
    {
        public override object? Value(RenderScope scope)
        {
            scope.Budget.Step(Line);
            return Callee.Value(scope) switch
            {
                TemplateFunction function => function(Arguments.Values(scope, Line)),
                Undefined missing => throw new TemplateException(Line, $"'{missing.Name}' is no function that can be called here"),
                var other => throw new TemplateException(Line, $"{TemplateValues.Kind(other)} cannot be called"),
            };
        }
    }

    public sealed record Filter(int Line, Expression Operand, string Text, ArgumentList Arguments) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => TemplateFilters.Apply(Text, Operand.Value(scope), Arguments.Values(scope, Line));
    }

    public sealed record Test(int Line, Expression Operand, string Text, ArgumentList Arguments) : Expression(Line)
    {
        public override object? Value(RenderScope scope) => TemplateTests.Holds(Text, Operand.Value(scope), Arguments.Values(scope, Line));
    }
}

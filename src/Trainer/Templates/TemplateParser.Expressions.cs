using System.Globalization;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>Reads expressions, each method one level of precedence, loosest first.</summary>
internal sealed partial class TemplateParser
{
    private static readonly string[] s_comparisons = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>One expression, or several with commas, which make a list.</summary>
    private Expression Sequence() => Sequence(Whole);

    private Expression Sequence(Func<Expression> one)
    {
        var line = Now.Line;
        var first = one();
        if (!Now.Is(TokenKind.Operator, ","))
        {
            return first;
        }

        var items = new List<Expression> { first };
        while (Take(","))
        {
            if (Now.Kind is TokenKind.BlockEnd or TokenKind.PrintEnd || Now.Is(TokenKind.Operator, ")"))
            {
                break;
            }

            items.Add(one());
        }

        return new Expression.ListOf(line, items);
    }

    private Expression Whole()
    {
        Deeper();
        var value = Or();
        while (TakeWord("if"))
        {
            var condition = Or();
            value = new Expression.Choice(value.Line, condition, value, TakeWord("else") ? Whole() : null);
        }

        _depth--;
        return value;
    }

    private Expression Or()
    {
        var left = And();
        while (TakeWord("or"))
        {
            left = new Expression.Either(left.Line, left, And());
        }

        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (TakeWord("and"))
        {
            left = new Expression.Both(left.Line, left, Not());
        }

        return left;
    }

    private Expression Not()
    {
        var line = Now.Line;
        if (!TakeWord("not"))
        {
            return Comparison();
        }

        Deeper();
        var operand = Not();
        _depth--;
        return new Expression.Not(line, operand);
    }

    private Expression Comparison()
    {
        var first = Sum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (Now.Kind is TokenKind.Operator && s_comparisons.Contains(Now.Text))
            {
                var name = Now.Text;
                _at++;
                rest.Add((name, Sum()));
            }
            else if (TakeWord("in"))
            {
                rest.Add(("in", Sum()));
            }
            else if (Now.Is(TokenKind.Name, "not") && Word(1) == "in")
            {
                _at += 2;
                rest.Add(("not in", Sum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Expression.Comparison(first.Line, first, rest);
            }
        }
    }

    private Expression Sum() => Operations(() => Operations(() => Operations(Power, "*", "/", "//", "%"), "~"), "+", "-");

    private Expression Power() => Operations(() => Signed(true), "**");

    private Expression Operations(Func<Expression> operand, params string[] names)
    {
        var left = operand();
        while (Now.Kind is TokenKind.Operator && names.Contains(Now.Text))
        {
            var name = Now.Text;
            _at++;
            left = new Expression.Operation(left.Line, name, left, operand());
        }

        return left;
    }

    /// <summary>A sign binds closer than a filter: the sign of <c>-x|abs</c> is taken first.</summary>
    private Expression Signed(bool filters)
    {
        var (line, sign) = (Now.Line, Now.Text);
        Expression value;
        if (Take("-") || Take("+"))
        {
            Deeper();
            value = new Expression.Sign(line, sign, Signed(false));
            _depth--;
        }
        else
        {
            value = Members(Primary());
        }

        return filters ? Filters(value) : value;
    }

    private Expression Primary()
    {
        var token = Now;
        _at++;
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Expression.Literal(token.Line, true),
                    "false" or "False" => new Expression.Literal(token.Line, false),
                    "none" or "None" => new Expression.Literal(token.Line, null),
                    _ => new Expression.Name(token.Line, token.Text),
                };
            case TokenKind.String:
                var text = token.Text;
                while (Now.Kind is TokenKind.String)
                {
                    text += Now.Text;
                    _at++;
                }

                return new Expression.Literal(token.Line, text);
            case TokenKind.Integer when long.TryParse(token.Text, CultureInfo.InvariantCulture, out var number):
                return new Expression.Literal(token.Line, number);
            case TokenKind.Real:
                return new Expression.Literal(token.Line, double.Parse(token.Text, CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Text == "(":
                return Bracketed(token.Line);
            case TokenKind.Operator when token.Text == "[":
                return new Expression.ListOf(token.Line, Items("]", Whole));
            case TokenKind.Operator when token.Text == "{":
                return new Expression.MapOf(token.Line, Items("}", () =>
                {
                    var key = Whole();
                    Require(":");
                    return (key, Whole());
                }));
            default:
                throw new TemplateException(token.Line, $"{token} cannot stand here");
        }
    }

    private Expression Bracketed(int line)
    {
        if (Take(")"))
        {
            return new Expression.ListOf(line, []);
        }

        var inside = Sequence();
        Require(")");
        return inside;
    }

    private List<T> Items<T>(string close, Func<T> one)
    {
        var items = new List<T>();
        while (!Take(close))
        {
            items.Add(one());
            if (!Now.Is(TokenKind.Operator, close))
            {
                Require(",");
            }
        }

        return items;
    }

    private Expression Members(Expression owner)
    {
        while (true)
        {
            var line = Now.Line;
            if (Take("."))
            {
                var member = Now;
                _at++;
                owner = member.Kind switch
                {
                    TokenKind.Name => new Expression.Member(line, owner, member.Text),
                    TokenKind.Integer when long.TryParse(member.Text, CultureInfo.InvariantCulture, out var index) => new Expression.Item(line, owner, new Expression.Literal(line, index)),
                    _ => throw new TemplateException(line, $"{member} cannot stand behind a point"),
                };
            }
            else if (Take("["))
            {
                owner = Subscript(owner, line);
            }
            else if (Now.Is(TokenKind.Operator, "("))
            {
                owner = new Expression.Call(line, owner, Arguments());
            }
            else
            {
                return owner;
            }
        }
    }

    private Expression Subscript(Expression owner, int line)
    {
        Expression?[] parts = [null, null, null];
        var part = 0;
        while (!Take("]"))
        {
            if (Take(":"))
            {
                part++;
                if (part > 2)
                {
                    throw Refuse("a slice has at most three parts");
                }
            }
            else
            {
                parts[part] = Whole();
            }
        }

        return part > 0
            ? new Expression.Slice(line, owner, parts[0], parts[1], parts[2])
            : new Expression.Item(line, owner, parts[0] ?? throw Refuse("an index is missing"));
    }

    private ArgumentList Arguments()
    {
        Require("(");
        var (positional, named) = (new List<Expression>(), new List<(string, Expression)>());
        while (!Take(")"))
        {
            if (Now.Is(TokenKind.Operator, "*") || Now.Is(TokenKind.Operator, "**"))
            {
                throw Refuse("arguments from a list (*) cannot be done here");
            }

            if (Now.Kind is TokenKind.Name && _tokens[_at + 1].Is(TokenKind.Operator, "="))
            {
                var name = RequireName();
                _at++;
                named.Add((name, Whole()));
            }
            else
            {
                positional.Add(Whole());
            }

            if (!Now.Is(TokenKind.Operator, ")"))
            {
                Require(",");
            }
        }

        return new ArgumentList(positional, named);
    }

    private Expression Filters(Expression operand)
    {
        while (true)
        {
            var line = Now.Line;
            if (Take("|"))
            {
                operand = new Expression.Filter(line, operand, KnownFilter(), Now.Is(TokenKind.Operator, "(") ? Arguments() : ArgumentList.None);
            }
            else if (TakeWord("is"))
            {
                operand = Test(operand, line);
            }
            else if (Now.Is(TokenKind.Operator, "("))
            {
                operand = new Expression.Call(line, operand, Arguments());
            }
            else
            {
                return operand;
            }
        }
    }

    private Expression Test(Expression operand, int line)
    {
        var negated = TakeWord("not");
        var name = RequireName();
        if (!TemplateTests.IsKnown(name))
        {
            throw new TemplateException(line, $"the test '{name}' cannot be done here");
        }

        var arguments = ArgumentList.None;
        if (Now.Is(TokenKind.Operator, "("))
        {
            arguments = Arguments();
        }
        else if (Now.Kind is TokenKind.String or TokenKind.Integer or TokenKind.Real
            || Now.Is(TokenKind.Operator, "[") || Now.Is(TokenKind.Operator, "{")
            || (Now.Kind is TokenKind.Name && Now.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not")))
        {
            arguments = new ArgumentList([Members(Primary())], []);
        }

        var test = new Expression.Test(line, operand, name, arguments);
        return negated ? new Expression.Not(line, test) : test;
    }

    private string KnownFilter()
    {
        var line = Now.Line;
        var name = RequireName();
        return TemplateFilters.IsKnown(name) ? name : throw new TemplateException(line, $"the filter '{name}' cannot be done here");
    }
}

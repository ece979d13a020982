namespace Orleans.Dpo.Trainer.Templates;

/// <summary>Reads the tags of a template. Whatever is outside the subset is refused by name here, before anything is rendered.</summary>
internal sealed partial class TemplateParser
{
    private const int Deepest = 150;
    private readonly List<TemplateToken> _tokens;
    private int _at;
    private int _depth;
    private int _loops;

    private TemplateParser(List<TemplateToken> tokens) => _tokens = tokens;

    /// <exception cref="TemplateException">The template is malformed, or asks for something that the subset does not have.</exception>
    public static IReadOnlyList<Statement> Parse(string source)
    {
        var parser = new TemplateParser(TemplateLexer.Read(source));
        var body = parser.Body();
        return parser.Now.Kind is TokenKind.End ? body : throw parser.Refuse($"'{parser.Word(1)}' closes nothing");
    }

    private TemplateToken Now => _tokens[_at];

    /// <summary>Statements up to a tag that begins with one of the given words; the tag itself stays.</summary>
    private List<Statement> Body(params ReadOnlySpan<string> ends)
    {
        Deeper();
        var body = new List<Statement>();
        while (Now.Kind is not TokenKind.End)
        {
            if (Now.Kind is TokenKind.Text)
            {
                body.Add(new Statement.Literal(Now.Line, Now.Text));
                _at++;
            }
            else if (Now.Kind is TokenKind.PrintBegin)
            {
                var line = Now.Line;
                _at++;
                body.Add(new Statement.Print(line, Sequence()));
                Require(TokenKind.PrintEnd);
            }
            else if (ends.Contains(Word(1)) || Word(1) is "else" or "elif" || Word(1).StartsWith("end", StringComparison.Ordinal))
            {
                break;
            }
            else
            {
                body.Add(Tag());
            }
        }

        _depth--;
        return body;
    }

    private Statement Tag()
    {
        var line = Now.Line;
        _at++;
        var word = Now.Text;
        _at++;
        return word switch
        {
            "if" => If(line),
            "for" => For(line),
            "set" => Set(line),
            "macro" => Macro(line),
            "filter" => Filter(line),
            "generation" => Closed(new Statement.Block(line, Opened(() => Body())), "endgeneration"),
            "break" => Jump(line, Statement.Flow.Break),
            "continue" => Jump(line, Statement.Flow.Continue),
            _ => throw new TemplateException(line, $"the tag '{word}' cannot be done here"),
        };
    }

    private Statement.If If(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        IReadOnlyList<Statement> otherwise = [];
        do
        {
            var condition = Sequence();
            branches.Add((condition, Opened(() => Body())));
        }
        while (TakeTag("elif"));

        if (TakeTag("else"))
        {
            otherwise = Opened(() => Body());
        }

        return Closed(new Statement.If(line, branches, otherwise), "endif");
    }

    private Statement.For For(int line)
    {
        var targets = Targets();
        RequireWord("in");
        Expression over = Sequence(Or);
        var condition = TakeWord("if") ? Whole() : null;
        if (Now.Is(TokenKind.Name, "recursive"))
        {
            throw Refuse("a recursive loop cannot be done here");
        }

        _loops++;
        var body = Opened(() => Body());
        _loops--;
        IReadOnlyList<Statement> otherwise = TakeTag("else") ? Opened(() => Body()) : [];
        return Closed(new Statement.For(line, targets, over, condition, body, otherwise), "endfor");
    }

    private Statement Set(int line)
    {
        var targets = Targets();
        if (Take("="))
        {
            var value = Sequence();
            Require(TokenKind.BlockEnd);
            return new Statement.Set(line, targets, value);
        }

        if (targets.Count != 1)
        {
            throw Refuse("a block can be set to one name only");
        }

        var filtered = FilterChain();
        return Closed(new Statement.SetText(line, targets[0], Opened(() => Body()), filtered), "endset");
    }

    private Statement.Macro Macro(int line)
    {
        var name = RequireName();
        var parameters = new List<(string, Expression?)>();
        Require("(");
        while (!Take(")"))
        {
            var parameter = RequireName();
            parameters.Add((parameter, Take("=") ? Whole() : null));
            if (!Now.Is(TokenKind.Operator, ")"))
            {
                Require(",");
            }
        }

        var outside = _loops;
        _loops = 0;
        var body = Opened(() => Body());
        _loops = outside;
        return Closed(new Statement.Macro(line, name, parameters, body), "endmacro");
    }

    private Statement.FilterText Filter(int line)
    {
        // The first filter stands without a bar.
        _at--;
        _tokens[_at] = new TemplateToken(TokenKind.Operator, "|", line);
        var filtered = FilterChain();
        return Closed(new Statement.FilterText(line, Opened(() => Body()), filtered), "endfilter");
    }

    private Func<Expression, Expression> FilterChain()
    {
        var chain = new List<(int Line, string Name, ArgumentList Arguments)>();
        while (Take("|"))
        {
            var line = Now.Line;
            chain.Add((line, KnownFilter(), Now.Is(TokenKind.Operator, "(") ? Arguments() : ArgumentList.None));
        }

        return text => chain.Aggregate(text, (operand, filter) => new Expression.Filter(filter.Line, operand, filter.Name, filter.Arguments));
    }

    private Statement.Jump Jump(int line, Statement.Flow to)
    {
        if (_loops == 0)
        {
            throw new TemplateException(line, "a loop control stands outside a loop");
        }

        Require(TokenKind.BlockEnd);
        return new Statement.Jump(line, to);
    }

    /// <summary>Names to set: one, or several with commas, or a member of a namespace.</summary>
    private List<Expression> Targets()
    {
        var bracket = Take("(");
        var targets = new List<Expression>();
        do
        {
            var line = Now.Line;
            var name = RequireName();
            Expression target = new Expression.Name(line, name);
            targets.Add(Take(".") ? new Expression.Member(line, target, RequireName()) : target);
        }
        while (Take(","));

        if (bracket)
        {
            Require(")");
        }

        return targets;
    }

    private List<Statement> Opened(Func<List<Statement>> body)
    {
        Require(TokenKind.BlockEnd);
        return body();
    }

    private T Closed<T>(T statement, string end)
        where T : Statement
    {
        if (!TakeTag(end))
        {
            throw Now.Kind is TokenKind.End
                ? new TemplateException(statement.Line, $"a tag is not closed with {end}")
                : Refuse($"'{Word(1)}' stands where {end} should");
        }

        // A block may repeat its name at its end.
        if (Now.Kind is TokenKind.Name && end is "endmacro")
        {
            _at++;
        }

        Require(TokenKind.BlockEnd);
        return statement;
    }

    /// <summary>Takes the opening of a tag with this word, leaving what follows it in the tag.</summary>
    private bool TakeTag(string word)
    {
        if (Now.Kind is not TokenKind.BlockBegin || Word(1) != word)
        {
            return false;
        }

        _at += 2;
        return true;
    }

    private string Word(int ahead) => _at + ahead < _tokens.Count ? _tokens[_at + ahead].Text : "";

    private void Deeper()
    {
        if (++_depth > Deepest)
        {
            throw Refuse($"tags and brackets lie more than {Deepest} deep");
        }
    }

    private bool Take(string name)
    {
        var found = Now.Is(TokenKind.Operator, name);
        _at += found ? 1 : 0;
        return found;
    }

    private bool TakeWord(string name)
    {
        var found = Now.Is(TokenKind.Name, name);
        _at += found ? 1 : 0;
        return found;
    }

    private void Require(string name)
    {
        if (!Take(name))
        {
            throw Refuse($"'{name}' is expected before {Now}");
        }
    }

    private void RequireWord(string name)
    {
        if (!TakeWord(name))
        {
            throw Refuse($"'{name}' is expected before {Now}");
        }
    }

    private void Require(TokenKind kind)
    {
        if (Now.Kind != kind)
        {
            throw Refuse($"{Now} cannot stand here");
        }

        _at++;
    }

    private string RequireName()
    {
        var name = Now;
        Require(TokenKind.Name);
        return name.Text;
    }

    private TemplateException Refuse(string what) => new(Now.Line, what);
}

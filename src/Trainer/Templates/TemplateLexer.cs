using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>Cuts a template into tokens with the white space rules that chat templates rely on: trim_blocks and lstrip_blocks are on, one line end at the very end goes.</summary>
internal sealed partial class TemplateLexer
{
    private static readonly string[] s_operators = ["//", "**", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ".", ":", "|"];

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _counted;

    private TemplateLexer(string source) => _source = source;

    /// <exception cref="TemplateException">A tag is not closed, or holds a character that is no part of an expression.</exception>
    public static List<TemplateToken> Read(string source)
    {
        source = source.ReplaceLineEndings("\n");
        var lexer = new TemplateLexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        while (_at < _source.Length)
        {
            var begin = NextTag(_at);
            if (begin < 0)
            {
                AddText(_source[_at..]);
                _at = _source.Length;
                break;
            }

            AddText(Before(begin, _source[begin + 1] != '{'));
            Move(begin);
            if (RawBlock().Match(_source, begin) is { Success: true } raw)
            {
                ReadRaw(raw);
            }
            else if (_source[begin + 1] == '#')
            {
                SkipComment();
            }
            else
            {
                ReadTag(_source[begin + 1]);
            }
        }

        Add(TokenKind.End, "");
    }

    private int NextTag(int from)
    {
        for (var i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The text before a tag, without what the tag takes away on its left.</summary>
    private string Before(int begin, bool block)
    {
        var text = _source[_at..begin];
        var sign = begin + 2 < _source.Length ? _source[begin + 2] : ' ';
        if (sign == '-')
        {
            return text.TrimEnd();
        }

        if (sign == '+' || !block)
        {
            return text;
        }

        var line = text.LastIndexOf('\n') + 1;
        var startsLine = line > 0 || _at == 0 || _source[_at - 1] == '\n';
        return startsLine && text.AsSpan(line).IsWhiteSpace() ? text[..line] : text;
    }

    private void ReadRaw(Match raw)
    {
        var text = raw.Groups["text"].Value;
        text = raw.Groups["first"].Value == "-" ? text.TrimStart() : text.StartsWith('\n') ? text[1..] : text;
        AddText(raw.Groups["second"].Value == "-" ? text.TrimEnd() : text);
        Move(raw.Index + raw.Length);
        AfterTag(raw.Groups["third"].Value);
    }

    private void SkipComment()
    {
        var end = _source.IndexOf("#}", _at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new TemplateException(_line, "a comment is not closed with #}");
        }

        var sign = end > _at + 2 ? _source[end - 1] : ' ';
        Move(end + 2);
        AfterTag(sign.ToString());
    }

    private void ReadTag(char kind)
    {
        var (line, block) = (_line, kind == '%');
        Add(block ? TokenKind.BlockBegin : TokenKind.PrintBegin, "");
        Move(_at + 2);
        if (_at < _source.Length && _source[_at] is '-' or '+')
        {
            Move(_at + 1);
        }

        for (var depth = 0; ;)
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
            {
                Move(_at + 1);
            }

            if (_at >= _source.Length)
            {
                throw new TemplateException(line, block ? "a tag is not closed with %}" : "a tag is not closed with }}");
            }

            if (depth == 0 && AtEnd(block))
            {
                return;
            }

            depth += ReadWord() switch { "(" or "[" or "{" => 1, ")" or "]" or "}" => -1, _ => 0 };
        }
    }

    private bool AtEnd(bool block)
    {
        var close = block ? "%}" : "}}";
        var sign = _source[_at] == '-' || (block && _source[_at] == '+') ? 1 : 0;
        if (string.CompareOrdinal(_source, _at + sign, close, 0, 2) != 0)
        {
            return false;
        }

        Add(block ? TokenKind.BlockEnd : TokenKind.PrintEnd, close);
        var after = sign == 1 ? _source[_at].ToString() : "";
        Move(_at + sign + 2);
        AfterTag(block || after == "-" ? after : "+");
        return true;
    }

    /// <summary>What a tag takes away on its right: all white space with a minus, one line end without a sign.</summary>
    private void AfterTag(string sign)
    {
        if (sign == "-")
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
            {
                Move(_at + 1);
            }
        }
        else if (sign != "+" && _at < _source.Length && _source[_at] == '\n')
        {
            Move(_at + 1);
        }
    }

    /// <returns>The operator read, or an empty text for any other word.</returns>
    private string ReadWord()
    {
        var c = _source[_at];
        if (c is '"' or '\'')
        {
            ReadString(c);
            return "";
        }

        if (Number().Match(_source, _at) is { Success: true } number)
        {
            var digits = number.Value.Replace("_", "", StringComparison.Ordinal);
            Add(digits.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 ? TokenKind.Real : TokenKind.Integer, digits);
            Move(_at + number.Length);
            return "";
        }

        if (Word().Match(_source, _at) is { Success: true } name)
        {
            Add(TokenKind.Name, name.Value);
            Move(_at + name.Length);
            return "";
        }

        var found = s_operators.FirstOrDefault(o => string.CompareOrdinal(_source, _at, o, 0, o.Length) == 0)
            ?? throw new TemplateException(_line, $"'{c}' is no part of an expression");
        Add(TokenKind.Operator, found);
        Move(_at + found.Length);
        return found;
    }

    private void ReadString(char quote)
    {
        var text = new StringBuilder();
        var i = _at + 1;
        for (; i < _source.Length && _source[i] != quote; i++)
        {
            if (_source[i] != '\\' || i + 1 == _source.Length)
            {
                text.Append(_source[i]);
                continue;
            }

            i++;
            var hex = _source[i] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (hex > 0 && i + hex < _source.Length && int.TryParse(_source.AsSpan(i + 1, hex), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                && code is >= 0 and <= 0x10FFFF)
            {
                text.Append(code is >= 0xD800 and <= 0xDFFF ? ((char)code).ToString() : char.ConvertFromUtf32(code));
                i += hex;
            }
            else
            {
                text.Append(Escaped(_source[i]));
            }
        }

        if (i >= _source.Length)
        {
            throw new TemplateException(_line, "a text in quotes is not closed");
        }

        Add(TokenKind.String, text.ToString());
        Move(i + 1);
    }

    private static string Escaped(char c) => c switch
    {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        'a' => "\a",
        '0' => "\0",
        '\n' => "",
        '\\' or '\'' or '"' => c.ToString(),
        _ => $"\\{c}",
    };

    private void AddText(string text)
    {
        if (text.Length > 0)
        {
            Add(TokenKind.Text, text);
        }
    }

    private void Add(TokenKind kind, string text) => _tokens.Add(new TemplateToken(kind, text, _line));

    private void Move(int to)
    {
        _line += _source.AsSpan(_counted, to - _counted).Count('\n');
        (_at, _counted) = (to, to);
    }

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(?<first>-?)%\}(?<text>.*?)\{%(?<second>[-+]?)\s*endraw\s*(?<third>[-+]?)%\}", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex RawBlock();

    [GeneratedRegex(@"\G[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"\G[\p{L}_][\w]*", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}

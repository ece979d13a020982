using AngleSharp.Html.Parser;
using Orleans.Dpo.AnnotatorUi.Rendering;

namespace Orleans.Dpo.AnnotatorUi.Tests.Rendering;

public sealed class SafeMarkdownTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<iframe src=\"https://example.org\"></iframe>")]
    [InlineData("text <b onclick=\"alert(1)\">bold</b>")]
    [InlineData("<svg/onload=alert(1)>")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x](vbscript:msgbox)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x]: javascript:alert(1)\n\n[x]")]
    [InlineData("[x](  java\nscript:alert(1))")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    public void Hostile_text_brings_no_script_no_handler_and_no_foreign_element(string text)
    {
        var body = new HtmlParser().ParseDocument(SafeMarkdown.ToHtml(text)).Body!;
        Assert.Empty(body.QuerySelectorAll("script, iframe, object, embed, form, svg, img, style, link, meta"));
        foreach (var element in body.QuerySelectorAll("*"))
        {
            Assert.DoesNotContain(element.Attributes, attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase));
            var address = element.GetAttribute("href");
            Assert.True(address is null or "#" || address.StartsWith("http://", StringComparison.Ordinal) || address.StartsWith("https://", StringComparison.Ordinal)
                || address.StartsWith("mailto:", StringComparison.Ordinal), $"{address} from {text}");
        }
    }

    [Fact]
    public void Ordinary_Markdown_is_rendered()
    {
        var body = new HtmlParser().ParseDocument(SafeMarkdown.ToHtml("**bold** and `code`\n\n- one\n- two\n\n[site](https://example.org/a)\n\n|a|b|\n|-|-|\n|1|2|")).Body!;
        Assert.Equal("bold", body.QuerySelector("strong")!.TextContent);
        Assert.Equal("code", body.QuerySelector("code")!.TextContent);
        Assert.Equal(2, body.QuerySelectorAll("li").Length);
        Assert.Equal("https://example.org/a", body.QuerySelector("a")!.GetAttribute("href"));
        Assert.NotNull(body.QuerySelector("table"));
    }

    [Fact]
    public void Raw_HTML_is_shown_as_the_text_it_is()
    {
        var body = new HtmlParser().ParseDocument(SafeMarkdown.ToHtml("see <b>this</b>")).Body!;
        Assert.Contains("<b>this</b>", body.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Unclosed_fences_deep_nesting_and_long_lines_come_back()
    {
        Assert.Contains("x", SafeMarkdown.ToHtml("```\nx"), StringComparison.Ordinal);
        Assert.NotEmpty(SafeMarkdown.ToHtml(new string('>', 5000) + "x"));
        Assert.NotEmpty(SafeMarkdown.ToHtml(new string('[', 5000)));
        Assert.NotEmpty(SafeMarkdown.ToHtml(new string('a', 200_000)));
    }
}

using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Tests.Ledger;

public sealed class JudgmentJsonTests
{
    private const string Known = """
        "id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","pair":"pa_00000000000000000000000000000001","annotator":"an_00000000000000000000000000000002","lease":"le_01ARZ3NDEKTSV4RRFFQ69G5FAV","choice":"a","strength":2,"purpose":"vote",
        "strategy":"expected","propensity":0.25,"order":"ba","counted":true,"reported":true,"supersedes":"01ARZ3NDEKTSV4RRFFQ69G5FAW","active_ms":1234,"shown_at":"2026-01-05T12:00:00.000001Z","decided_at":"2026-01-05T12:00:05.250000Z",
        "reasons":["wrong","r\u0061re"],"aspects":{"style":4,"truth":1},"note":"n1","guideline":3,"input":"key","body":"00000000000000000000000000000000"
        """;

    [Fact]
    public void A_judgment_is_read_the_same_in_whatever_order_its_members_come()
    {
        var expected = Read("{" + Known + "}");
        Assert.Equal(["wrong", "rare"], expected.Reasons.ToArray());
        Assert.Equal(["style", "truth"], expected.Aspects.Select(aspect => aspect.Aspect));
        Assert.Equal((true, true, 1234L, 3, "key"), (expected.Counted, expected.Reported, expected.ActiveMilliseconds, expected.Guideline, expected.Input));
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 12, 0, 5, 250, TimeSpan.Zero), expected.DecidedAt);
        using var document = JsonDocument.Parse("{" + Known + "}");
        var turned = string.Join(",", document.RootElement.EnumerateObject().Reverse().Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}"));
        foreach (var form in new[] { $$"""{{{turned}}}""", $$"""{"later":{"id":[1,{}]},{{Known}},"more":[[]]}""", $$"""{"choice":"tie","counted":false,{{Known}}}""", "{" + Known.Replace("\"pair\"", "\"p\\u0061ir\"", StringComparison.Ordinal) + "}" })
        {
            Assert.Equal(Text(expected), Text(Read(form)));
        }
    }

    [Theory]
    [InlineData("\"choice\":\"a\",", "")]
    [InlineData("\"choice\":\"a\"", "\"choice\":\"c\"")]
    [InlineData("\"counted\":true,", "")]
    [InlineData("\"body\":\"00000000000000000000000000000000\"", "\"other\":0")]
    [InlineData("\"pair\":\"pa_", "\"pair\":\"px_")]
    [InlineData("12:00:05.250000Z", "12:00:65.250000Z")]
    [InlineData("\"guideline\":3,", "")]
    public void A_judgment_that_lacks_a_member_or_says_nonsense_is_refused(string what, string by) =>
        Assert.Throws<FormatException>(() => Read("{" + Known.Replace(what, by, StringComparison.Ordinal) + "}"));

    [Theory]
    [InlineData("2026-01-05T12:00:00.000001Z")]
    [InlineData("2024-02-29T23:59:59.999999Z")]
    [InlineData("2026-02-29T00:00:00.000000Z")]
    [InlineData("0001-01-01T00:00:00.000000Z")]
    [InlineData("9999-12-31T23:59:59.999999Z")]
    [InlineData("0000-01-01T00:00:00.000000Z")]
    [InlineData("2026-13-05T12:00:00.000001Z")]
    [InlineData("2026-01-05T24:00:00.000000Z")]
    [InlineData("2026-01-05T12:60:00.000000Z")]
    [InlineData("2026-01-05 12:00:00.000000Z")]
    [InlineData("2026-01-05T12:00:00.00000aZ")]
    [InlineData("2026-01-05T12:00:00.000000+")]
    [InlineData("2026-01-05T12:00:00Z")]
    public void Bytes_of_a_time_are_read_as_its_text_is(string text)
    {
        var isTime = LedgerTime.TryParse(text, out var expected);
        Assert.Equal((isTime, isTime ? expected : default), (LedgerTime.TryParse(Encoding.UTF8.GetBytes(text), out var time), time));
    }

    private static JudgmentRecorded Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JudgmentJson.Read(document.RootElement);
    }

    private static string Text(JudgmentRecorded judgment)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            LedgerEventJson.Write(writer, judgment);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}

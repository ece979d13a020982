using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Tests;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void Keys_are_in_ordinal_order_at_every_depth() =>
        Assert.Equal("""{"B":1,"a":{"x":[],"y":null},"b":true}""", CanonicalJson.Write(JsonNode.Parse("""{ "b": true, "a": { "y": null, "x": [] }, "B": 1 }""")));

    [Fact]
    public void Only_quotes_backslashes_and_control_characters_are_escaped() =>
        Assert.Equal("\"\\\"\\\\\\n\\t\\u0001/é😀\u2028\"", CanonicalJson.Quote("\"\\\n\t\u0001/é😀\u2028"));

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-7", "-7")]
    [InlineData("0.5", "0.500000")]
    [InlineData("1e-9", "0.000000")]
    [InlineData("-1e-9", "0.000000")]
    [InlineData("2.0000005", "2.000001")]
    public void Integers_stay_and_other_numbers_have_six_decimals(string json, string expected) =>
        Assert.Equal(expected, CanonicalJson.Write(JsonNode.Parse(json)));

    [Fact]
    public void A_double_is_never_written_as_an_integer() => Assert.Equal("""{"x":1.000000}""", CanonicalJson.Write(new JsonObject { ["x"] = 1.0 }));

    [Fact]
    public void A_number_that_is_not_finite_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => CanonicalJson.Number(double.NaN));

    [Fact]
    public void A_text_and_a_chat_with_the_same_words_are_different_prompts()
    {
        var text = new PromptContent { Text = "Hi" };
        var chat = new PromptContent { Messages = [new("user", "Hi")] };
        Assert.Equal("""{"text":"Hi"}""", text.Canonical());
        Assert.Equal("""{"messages":[{"content":"Hi","role":"user"}]}""", chat.Canonical());
        Assert.NotEqual(PromptId.Of(text), PromptId.Of(chat));
    }
}

using Orleans.Dpo.AnnotatorUi.Rendering;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.AnnotatorUi.Tests.Rendering;

public sealed class ShownTests
{
    [Fact]
    public void A_win_rate_is_shown_with_its_interval_and_its_number()
    {
        Assert.Equal("62.5% [56.0%, 69.0%] of 256", Shown.Rate(new WinRate(150, 86, 20, 0.625, 0.56, 0.69)));
        Assert.Equal("–", Shown.Rate(null));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(7_441_152, "7.1 MiB")]
    [InlineData(5_368_709_120, "5.00 GiB")]
    public void Sizes_have_units(long bytes, string text) => Assert.Equal(text, Shown.Bytes(bytes));

    [Fact]
    public void Only_the_five_ends_of_a_round_are_over()
    {
        var over = Enum.GetValues<RoundState>().Where(Shown.IsOver);
        Assert.Equal([RoundState.Promoted, RoundState.Rejected, RoundState.Expired, RoundState.Failed, RoundState.Cancelled], over);
    }
}

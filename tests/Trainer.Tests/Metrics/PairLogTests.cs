using Orleans.Dpo.Trainer.Metrics;

namespace Orleans.Dpo.Trainer.Tests.Metrics;

public sealed class PairLogTests
{
    [Fact]
    public void Visits_read_back_as_written()
    {
        using var scratch = new ScratchFolder();
        PairVisit[] visits = [Visit(1, "é😀\n\"x\""), Visit(1, "b"), Visit(2, "a")];
        using (var log = new PairLog(scratch.File("pairs.jsonl"), 0))
        {
            log.Write(visits[..2]);
            log.Write(visits[2..]);
            Assert.Equal(visits, PairLog.Read(scratch.File("pairs.jsonl")));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(9, 4)]
    public void A_resumed_run_keeps_the_visits_of_the_steps_that_are_done_and_drops_a_torn_line(int stepsDone, int kept)
    {
        using var scratch = new ScratchFolder();
        var path = scratch.File("pairs.jsonl");
        PairVisit[] visits = [Visit(1, "字"), Visit(1, "b"), Visit(2, "a"), Visit(3, "c")];
        using (var log = new PairLog(path, 0))
        {
            log.Write(visits);
        }

        File.AppendAllText(path, "{\"step\":3,\"li");
        using (var log = new PairLog(path, stepsDone))
        {
            log.Write([Visit(7, "new")]);
        }

        Assert.Equal([.. visits[..kept], Visit(7, "new")], PairLog.Read(path));
    }

    private static PairVisit Visit(int step, string pair) => new(step, step + 4, pair, 0.25f, 0.5f, -10.125f, -11);
}

using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.LogProbabilities;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.LogProbabilities;

public sealed class ResponseLogProbsTests
{
    [Theory]
    [MemberData(nameof(GoldenModel.All), MemberType = typeof(GoldenModel))]
    public void Each_token_has_the_log_probability_that_the_peer_gives_it(string name)
    {
        var golden = new GoldenModel(name);
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        TokenRow[] rows = [.. golden.Pairs.SelectMany(pair => new[] { pair.Chosen, pair.Rejected })];
        var perToken = ResponseLogProbs.PerToken(model, rows).detach().data<float>().ToArray();
        Close.To([.. golden.Answers.SelectMany(answer => answer)], perToken);
    }

    [Fact]
    public void Sums_do_not_depend_on_who_else_is_in_the_batch()
    {
        var golden = new GoldenModel("untied");
        using var model = golden.Load();
        TokenRow[] rows = [.. golden.Pairs.SelectMany(pair => new[] { pair.Chosen, pair.Rejected })];
        double[] expected = [.. golden.Answers.Select(answer => answer.Sum())];
        foreach (var size in new[] { 1, 3, 8 })
        {
            Close.To(expected, ResponseLogProbs.Of(model, rows, size, default));
        }

        TokenRow[] reversed = [.. rows.Reverse()];
        Close.To([.. expected.Reverse()], ResponseLogProbs.Of(model, reversed, 5, default));
    }

    [Fact]
    public void Prompt_and_padding_are_not_counted()
    {
        var rows = new[] { new TokenRow([9, 1, 2, 3], 2), new TokenRow([9, 4], 1) };
        using var scope = NewDisposeScope();
        var batch = new TokenBatch(rows, CPU);
        Assert.Equal(3, batch.Counted);
        Assert.Equal(6, batch.Tokens);
        Assert.Equal([2L, 3L, 4L], batch.Targets.data<long>().ToArray());
        Assert.Equal([1L, 2L, 3L], batch.Positions.data<long>().ToArray());
        Assert.Equal([9L, 1L, 2L, 9L, 0L, 0L], batch.Ids.data<long>().ToArray());
    }
}

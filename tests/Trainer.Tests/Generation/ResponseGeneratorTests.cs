using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Generation;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Generation;

public sealed class ResponseGeneratorTests
{
    private static readonly int[][] s_prompts = [[60, 4, 9], [60], [60, 7, 7, 7, 7, 2], [60, 31, 5, 8], [60, 12], [60, 3, 3]];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Results_do_not_depend_on_the_batch(int batchSize)
    {
        using var model = new GoldenModel("untied").Load();
        var expected = ResponseGenerator.Run(model, Request(64), default);
        var actual = ResponseGenerator.Run(model, Request(batchSize), default);
        Assert.Equal(expected.Select(Words), actual.Select(Words));
        Close.To([.. expected.Select(sequence => sequence.LogProb)], [.. actual.Select(sequence => (float)sequence.LogProb)]);
        Assert.Equal(s_prompts.Length * 3, expected.Length);
        Assert.Contains(expected, sequence => sequence.Finished);
        Assert.Contains(expected, sequence => !sequence.Finished);
        Assert.Equal(expected.Length, expected.Select(sequence => sequence.Seed).Distinct().Count());
    }

    [Fact]
    public void Log_probabilities_are_those_that_training_computes()
    {
        using var model = new GoldenModel("tied").Load();
        var sequences = ResponseGenerator.Run(model, Request(4), default);
        TokenRow[] rows = [.. sequences.Select(sequence => new TokenRow([.. s_prompts[sequence.Prompt], .. sequence.Tokens], s_prompts[sequence.Prompt].Length))];
        Close.To([.. sequences.Select(sequence => sequence.LogProb)], ResponseLogProbs.Of(model, rows, 8, default));
    }

    [Fact]
    public void Greedy_decoding_takes_the_likeliest_token_of_the_whole_sequence_each_time()
    {
        using var model = new GoldenModel("untied").Load();
        foreach (var sequence in ResponseGenerator.Run(model, Request(3) with { Sampling = new JobSampling(0, 1, 6), SamplesPerPrompt = 1 }, default))
        {
            int[] ids = s_prompts[sequence.Prompt];
            foreach (var token in sequence.Tokens)
            {
                Assert.Equal(Likeliest(model, ids), token);
                ids = [.. ids, token];
            }
        }
    }

    [Fact]
    public void A_response_ends_at_its_first_end_token()
    {
        using var model = new GoldenModel("tied").Load();
        var request = Request(4) with { Ends = new HashSet<int>(Enumerable.Range(0, 20)) };
        Assert.All(ResponseGenerator.Run(model, request, default), sequence =>
        {
            var end = Array.FindIndex(sequence.Tokens, request.Ends.Contains);
            Assert.Equal(sequence.Finished ? sequence.Tokens.Length - 1 : -1, end);
        });
    }

    [Fact]
    public void More_positions_than_the_model_has_are_refused()
    {
        using var model = new GoldenModel("tied").Load();
        var refusal = Assert.Throws<TrainerException>(() => ResponseGenerator.Run(model, Request(4) with { Sampling = new JobSampling(1, 1, 60) }, default));
        Assert.Contains("66 positions, the model has 64", refusal.Message, StringComparison.Ordinal);
    }

    private static GenerationRequest Request(int batchSize) => new()
    {
        Prompts = s_prompts,
        SamplesPerPrompt = 3,
        Sampling = new JobSampling(1, 0.9, 20),
        Ends = new HashSet<int> { 60, 1, 2, 3 },
        BatchSize = batchSize,
        Seed = 17,
    };

    private static string Words(GeneratedSequence sequence) => $"{sequence.Prompt} {sequence.Sample} {sequence.Finished} {sequence.Seed} {string.Join(' ', sequence.Tokens)}";

    private static int Likeliest(CausalDecoder model, int[] ids)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var scores = model.Logits(model.Hidden(tensor(Array.ConvertAll(ids, id => (long)id)).reshape(1, ids.Length))).data<float>().ToArray()[^61..];
        return Array.IndexOf(scores, scores.Max());
    }
}

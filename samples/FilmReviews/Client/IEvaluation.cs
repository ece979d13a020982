namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>What policies answer on held-out prompts.</summary>
internal interface IEvaluation
{
    /// <summary>Called as soon as a policy is there, so that its answers may be on their way while the loop goes on.</summary>
    void Prepare(string policy);

    /// <summary>Answers of a candidate and of the start policy on the same prompts with the same random numbers.</summary>
    Task<(List<Answer> Candidate, List<Answer> Start)> AnswersAsync(string round, string candidate, string start, CancellationToken cancellationToken);
}

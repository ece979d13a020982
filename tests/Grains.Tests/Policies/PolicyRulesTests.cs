using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Tests.Policies;

public sealed class PolicyRulesTests
{
    private static readonly string s_a = new('a', 64);
    private static readonly string s_b = new('b', 64);
    private static readonly string s_c = new('c', 64);

    [Fact]
    public void The_hash_covers_the_files_that_decide_what_a_policy_says()
    {
        PolicyFile[] files = [new("tokenizer.json", 3, s_c), new("model.safetensors", 2, s_b), new("README.md", 9, s_a), new("config.json", 1, s_a)];

        // printf 'config.json aaa…\nmodel.safetensors bbb…\ntokenizer.json ccc…\n' | sha256sum
        Assert.Equal("646d460f028ed64c788aa50fb8f004028777c392995972019be9d43b10d21933", PolicyRules.HashOf(files));
    }

    [Fact]
    public void A_policy_with_another_hash_or_without_a_file_is_refused()
    {
        PolicyFile[] files = [new("tokenizer.json", 3, s_c), new("model.safetensors", 2, s_b), new("config.json", 1, s_a)];
        var reserved = new PolicyRecord { Key = "k" };
        var policy = new NewPolicy { Id = "p1", Hash = PolicyRules.HashOf(files), Origin = "upload", Files = [.. files] };
        Assert.Null(PolicyRules.CheckNew(reserved, policy));
        Assert.Null(PolicyRules.CheckNew(reserved with { Policy = policy }, policy));
        Assert.Equal(RefusalCodes.BadPolicy, PolicyRules.CheckNew(reserved, policy with { Hash = s_a })!.Code);
        Assert.Contains("tokenizer.json", PolicyRules.CheckNew(reserved, policy with { Files = [.. files[1..]] })!.Detail, StringComparison.Ordinal);
        Assert.Equal(RefusalCodes.BadPolicy, PolicyRules.CheckNew(reserved with { Policy = policy with { Hash = s_b } }, policy)!.Code);
        Assert.Equal(RefusalCodes.UnknownPolicy, PolicyRules.CheckNew(null, policy)!.Code);
    }

    [Fact]
    public void The_last_activation_is_active_and_the_first_is_the_start()
    {
        PolicyActivation[] activations = [Activation("p1"), Activation("p2"), Activation("p1")];
        Assert.Equal(new ActivePolicy("p1", null, "p1"), PolicyRules.Active(activations, _ => null));
        Assert.Null(PolicyRules.Active([], _ => null));
    }

    private static PolicyActivation Activation(string policy) => new() { Policy = policy, Reason = "", Time = default };
}

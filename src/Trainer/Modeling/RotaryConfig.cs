namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Rotary positions in config.json: <c>rope_parameters</c> in newer files, <c>rope_theta</c> and <c>rope_scaling</c> (with <c>rope_type</c> or <c>type</c>) in older ones.</summary>
internal static class RotaryConfig
{
    public static (double Base, RotaryScaling? Scaling) Read(ConfigMembers members)
    {
        var newer = members.Object("rope_parameters");
        var rotaryBase = newer is not null && newer.Has("rope_theta") ? newer.Number("rope_theta", 0) : members.Number("rope_theta", 10_000);
        if (members.Number("partial_rotary_factor", 1) != 1 || (newer?.Number("partial_rotary_factor", 1) ?? 1) != 1)
        {
            throw members.Refuse("partial_rotary_factor other than 1 is not supported");
        }

        var name = newer is null ? "rope_scaling" : "rope_parameters";
        var scaling = newer ?? members.Object("rope_scaling");
        return (rotaryBase, scaling is null ? null : Scaling(scaling, name));
    }

    private static RotaryScaling? Scaling(ConfigMembers scaling, string name)
    {
        var type = scaling.Has("rope_type") ? scaling.Text("rope_type") : scaling.Has("type") ? scaling.Text("type") : "default";
        return type switch
        {
            "default" => null,
            "llama3" => Checked(scaling, name),
            _ => throw scaling.Refuse($"{name} of type {type} is not supported; default and llama3 are"),
        };
    }

    private static RotaryScaling Checked(ConfigMembers scaling, string name)
    {
        foreach (var member in new[] { "factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings" })
        {
            if (!(scaling.Number(member, 0) > 0))
            {
                throw scaling.Refuse($"{name} of type llama3 needs a positive {member}");
            }
        }

        var read = new RotaryScaling(
            scaling.Number("factor", 0), scaling.Number("low_freq_factor", 0), scaling.Number("high_freq_factor", 0), scaling.Number("original_max_position_embeddings", 0));
        return read.LowFrequencyFactor < read.HighFrequencyFactor ? read : throw scaling.Refuse($"{name}: low_freq_factor must be below high_freq_factor");
    }
}

using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Which bundles attention handles together. More groups mean less filling, fewer groups fewer calls.</summary>
internal static class PackedGroups
{
    /// <summary>Filling, in tokens times width², that costs as much as one more group's calls.</summary>
    private const double CpuCall = 20e3;
    private const double GpuCall = 1e9;

    /// <returns>Groups of bundles of similar length.</returns>
    public static List<List<PromptBundle>> Of(List<PromptBundle> bundles, int hiddenSize, Device device)
    {
        var allowed = (device.type == TorchSharp.DeviceType.CPU ? CpuCall : GpuCall) / hiddenSize / hiddenSize;
        var groups = new List<List<PromptBundle>>();
        var filling = 0.0;
        foreach (var bundle in bundles.OrderByDescending(bundle => bundle.Length))
        {
            filling += groups is [.., var last] ? last[0].Length - bundle.Length : double.PositiveInfinity;
            if (filling > allowed)
            {
                groups.Add([]);
                filling = 0;
            }

            groups[^1].Add(bundle);
        }

        return groups;
    }
}

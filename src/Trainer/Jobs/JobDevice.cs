namespace Orleans.Dpo.Trainer.Jobs;

/// <summary>Where a job computes: a graphics card where the tensor library finds one. A worker without one hides none, so this is the machine's own answer.</summary>
internal static class JobDevice
{
    public static string Name { get; } = torch.cuda.is_available() ? "cuda:0" : "cpu";

    public static torch.Device Place => torch.device(Name);
}

using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed partial class AdamW
{
    /// <summary>What the optimizer keeps for a parameter. It lives outside dispose scopes.</summary>
    internal sealed class State : IDisposable
    {
        internal State(Tensor parameter)
        {
            exp_avg = zeros_like(parameter).DetachFromDisposeScope();
            exp_avg_sq = zeros_like(parameter).DetachFromDisposeScope();
        }

        /// <summary>Steps taken.</summary>
        public long step { get; set; }
        /// <summary>The first moment.</summary>
        public Tensor exp_avg { get; }
        /// <summary>The second moment.</summary>
        public Tensor exp_avg_sq { get; }
        /// <summary>Frees the moments.</summary>
        public void Dispose()
        {
            exp_avg.Dispose();
            exp_avg_sq.Dispose();
        }
    }
}

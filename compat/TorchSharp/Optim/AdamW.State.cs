using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed partial class AdamW
{
    /// <summary>What the optimizer keeps for a parameter. It lives outside dispose scopes.</summary>
    public sealed class State : IDisposable
    {
        internal State(Tensor parameter, bool amsgrad)
        {
            exp_avg = zeros_like(parameter).DetachFromDisposeScope();
            exp_avg_sq = zeros_like(parameter).DetachFromDisposeScope();
            max_exp_avg_sq = amsgrad ? zeros_like(parameter).DetachFromDisposeScope() : null;
        }

        /// <summary>Steps taken.</summary>
        public long step { get; internal set; }
        /// <summary>The first moment.</summary>
        public Tensor exp_avg { get; private set; }
        /// <summary>The second moment.</summary>
        public Tensor exp_avg_sq { get; private set; }
        /// <summary>The greatest second moment so far, with amsgrad.</summary>
        public Tensor? max_exp_avg_sq { get; private set; }
        /// <summary>Moves the moments to a device.</summary>
        public void to(Device device)
        {
            exp_avg = Moved(exp_avg, device);
            exp_avg_sq = Moved(exp_avg_sq, device);
            max_exp_avg_sq = max_exp_avg_sq is null ? null : Moved(max_exp_avg_sq, device);
        }

        /// <summary>Frees the moments.</summary>
        public void Dispose()
        {
            exp_avg.Dispose();
            exp_avg_sq.Dispose();
            max_exp_avg_sq?.Dispose();
        }

        private static Tensor Moved(Tensor tensor, Device device)
        {
            using (tensor)
            {
                return tensor.to(device).DetachFromDisposeScope();
            }
        }
    }
}

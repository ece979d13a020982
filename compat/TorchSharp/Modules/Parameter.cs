namespace TorchSharp.Modules;

/// <summary>A tensor that a module trains.</summary>
/// <remarks>It belongs to the scope that the tensor was in: one built inside a dispose scope dies with the scope, module or not.</remarks>
public class Parameter : torch.Tensor
{
    /// <summary>Takes over the tensor, which becomes invalid.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">A gradient is wanted of a tensor that cannot have one.</exception>
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : this(data, data.OwningDisposeScope, requires_grad)
    {
    }

    private Parameter(torch.Tensor data, DisposeScope? scope, bool requires_grad)
        : base(data.MoveHandle())
    {
        if (!ReferenceEquals(scope, OwningDisposeScope))
        {
            MoveToOtherDisposeScope(scope);
        }

        this.requires_grad = requires_grad;
    }
}

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>A loss over pairs. It sees each pair alone, so padding, batch composition and gradient accumulation cannot change it.</summary>
public interface IPreferenceLoss
{
    /// <summary>False: no reference is loaded or computed, and its log-probabilities are zeros.</summary>
    bool UsesReference => true;

    /// <summary>True: the <c>margin</c> of the rows acts. Rows with margins are refused by losses that do not use them.</summary>
    bool UsesMargin => false;

    /// <param name="logps">Summed log-probabilities in nats, four tensors [B], float32; reference ones carry no gradient.</param>
    /// <returns>Loss per pair [B] and detached implicit rewards [B]; the caller reduces and disposes.</returns>
    PreferenceLossOutput Forward(PreferenceLogps logps);
}

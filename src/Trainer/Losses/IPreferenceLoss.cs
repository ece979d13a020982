namespace Orleans.Dpo.Trainer.Losses;

/// <summary>A loss over pairs. It sees each pair alone, so padding, batch composition and gradient accumulation cannot change it.</summary>
public interface IPreferenceLoss
{
    /// <param name="logps">Summed log-probabilities in nats, four tensors [B], float32; reference ones carry no gradient.</param>
    /// <returns>Loss per pair [B] and detached implicit rewards [B]; the caller reduces and disposes.</returns>
    PreferenceLossOutput Forward(PreferenceLogps logps);
}

using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using Orleans.Dpo.Trainer.Recipes;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.References;

/// <summary>The reference of one run: which policy it is and how its values are had.</summary>
internal sealed class RunReference
{
    private readonly ReferenceOptions _options;
    private readonly TrainingOptions _training;

    public RunReference(ReferenceOptions options, TrainingOptions training)
    {
        (_options, _training) = (options, training);
        StartHash = PolicyHash.Of(training.Model);
        Hash = options.Folder is null ? StartHash : PolicyHash.Of(options.Folder);
        if (options.Folder is { } folder)
        {
            PolicyHash.RequireSameTokenizer(folder, training.Model, "The reference");
        }
    }

    public string StartHash { get; }

    public string Hash { get; }

    public bool IsStart => Hash == StartHash;

    /// <summary>Whether the run's identity depends on a synchronisation.</summary>
    public IEnumerable<(string Name, string Value)> Identity =>
    [
        ("start", StartHash), ("reference", Hash),
        .. _options.SyncEverySteps > 0 ? new[] { ("reference_sync", FormattableString.Invariant($"{_options.SyncShare} every {_options.SyncEverySteps}")) } : [],
    ];

    /// <param name="start">The starting policy, before a checkpoint replaces its weights.</param>
    /// <param name="sequences">All sequences of the run.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public IReference Open(CausalDecoder start, IReadOnlyList<TokenRow> sequences, CancellationToken cancellationToken)
    {
        if (_options.SyncEverySteps > 0)
        {
            return new FollowingReference(start, Load(), sequences, (_options.SyncEverySteps, _options.SyncShare));
        }

        if (_options.Online)
        {
            return IsStart && LoraAdapters.On(start) ? new AdapterStartReference(start, sequences) : new LiveReference(Load(), sequences);
        }

        var values = ReferenceCache.Get(Hash, _training, sequences, use =>
        {
            if (IsStart)
            {
                use(start);
                return;
            }

            using var reference = Load();
            use(reference);
        }, cancellationToken);
        return new CachedReference(values, start.Place);
    }

    /// <summary>The reference as it is stored, read anew.</summary>
    public CausalDecoder Load() => _options.Folder is { } folder
        ? ModelFolder.Load(folder, device(_training.Device), _training.DType)
        : StartingModel.Load(_training);
}

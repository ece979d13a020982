using System.Collections.Immutable;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Counts wrong rows and keeps the first of them.</summary>
internal sealed class ImportErrors
{
    private const int Kept = 1000;
    private readonly ImmutableArray<ImportError>.Builder _errors = ImmutableArray.CreateBuilder<ImportError>();

    public int Count { get; private set; }

    public ImmutableArray<ImportError> First => _errors.ToImmutable();

    public void Add(int line, string? field, string message)
    {
        Count++;
        if (_errors.Count < Kept)
        {
            _errors.Add(new(line, string.IsNullOrEmpty(field) ? null : field, message));
        }
    }
}

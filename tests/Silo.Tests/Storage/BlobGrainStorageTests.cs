using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Testing;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Dpo.Silo.Tests.Storage;

public sealed class BlobGrainStorageTests : IDisposable
{
    private static readonly GrainId s_grain = GrainId.Create("people", "Ada/1");
    private readonly TemporaryFolder _folder = new();
    private readonly BlobGrainStorage _storage;

    public BlobGrainStorageTests() => _storage = new BlobGrainStorage(new FileBlobStore(_folder, TimeProvider.System));

    public enum Mood
    {
        Calm,
        VeryGlad,
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task State_comes_back_as_it_was_written()
    {
        var state = new GrainState<Person>();
        await _storage.ReadStateAsync("state", s_grain, state);
        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        state.State = new Person { Name = "Ädä", Moods = [Mood.VeryGlad] };
        await _storage.WriteStateAsync("state", s_grain, state);
        Assert.True(state.RecordExists);
        var read = new GrainState<Person>();
        await _storage.ReadStateAsync("state", s_grain, read);
        Assert.Equal(("Ädä", Mood.VeryGlad, state.ETag), (read.State.Name, read.State.Moods[0], read.ETag));
        Assert.Contains("\"veryGlad\"", File.ReadAllText(_folder.File("_system/grains/people/_41da_2f1/state.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_over_another_activations_write_is_inconsistent()
    {
        var (one, other) = (new GrainState<Person>(new Person()), new GrainState<Person>(new Person()));
        await _storage.WriteStateAsync("state", s_grain, one);
        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("state", s_grain, other));
        Assert.Equal(one.ETag, conflict.StoredEtag);
        await _storage.ReadStateAsync("state", s_grain, other);
        await _storage.WriteStateAsync("state", s_grain, other);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("state", s_grain, one));
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync("state", s_grain, one));
    }

    [Fact]
    public async Task Cleared_state_is_gone_and_can_be_written_anew()
    {
        var state = new GrainState<Person>(new Person { Name = "Bo" });
        await _storage.WriteStateAsync("state", s_grain, state);
        await _storage.ClearStateAsync("state", s_grain, state);
        Assert.Equal(("", false), (state.State.Name, state.RecordExists));
        await _storage.WriteStateAsync("state", s_grain, state);
        Assert.True(state.RecordExists);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("A", "_41")]
    [InlineData("a/b", "a_2fb")]
    [InlineData("_41", "_5f41")]
    [InlineData("..", "_2e.")]
    [InlineData("é", "_c3_a9")]
    public void Every_key_has_a_name_of_its_own(string key, string part) => Assert.Equal(part, BlobPart.Of(key));

    [Fact]
    public void A_long_or_empty_key_ends_in_its_hash()
    {
        Assert.True(Grains.Storage.BlobName.IsValid(BlobPart.Of(new string('Ä', 500))));
        Assert.NotEqual(BlobPart.Of(new string('a', 500)), BlobPart.Of(new string('a', 501)));
        Assert.True(Grains.Storage.BlobName.IsValid(BlobPart.Of("").TrimStart('.')));
    }

    public sealed record Person
    {
        public string Name { get; set; } = "";

        public List<Mood> Moods { get; set; } = [];
    }
}

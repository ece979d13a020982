using System.Text;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Silo.Tests.Api;
using Orleans.Dpo.Silo.Tests.Faults;
using Orleans.Dpo.Silo.Tests.Storage;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Ledger;

/// <summary>Writers that meet, disks that fill up, tails that tear, bits that flip.</summary>
public sealed class LedgerDamageTests
{
    private const string Pairs = "projects/p/pairs/0/1.jsonl";
    private static readonly LedgerFolder s_folder = new("p", "0");
    private readonly LossyDisk _disk = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly LedgerOptions _options = new();

    [Fact]
    public void A_second_writer_fences_the_first() => TurnPump.Run(async () =>
    {
        var first = await OpenAsync();
        await first.AddPairsAsync(Pairs, default);
        var grant = await first.LeaseAsync(new(TestPairs.Annotator(1), 4), default);
        var second = await OpenAsync();
        await Assert.ThrowsAsync<LedgerOutcomeUnknownException>(() => first.SubmitAsync(Judge(1, grant.Pairs[0])));
        await Assert.ThrowsAsync<LedgerOutcomeUnknownException>(() => first.SubmitAsync(Judge(2, grant.Pairs[1])));
        Assert.Equal(SubmitStatus.Stored, (await second.SubmitAsync(Judge(1, grant.Pairs[0]))).Status);
        Assert.Equal((1L, 2L), (first.Log.Epoch, second.Log.Epoch));
        Assert.Equal(1, (await OpenAsync()).Status().CountedVotes);
    });

    [Fact]
    public void A_fenced_writer_that_is_due_to_roll_is_fenced_too() => TurnPump.Run(async () =>
    {
        _options.SegmentAppends = 3;
        var first = await OpenAsync();
        await first.AddPairsAsync(Pairs, default);
        var grant = await first.LeaseAsync(new(TestPairs.Annotator(1), 4), default);
        var second = await OpenAsync();
        await Assert.ThrowsAsync<LedgerOutcomeUnknownException>(() => first.SubmitAsync(Judge(1, grant.Pairs[0])));
        Assert.Equal(SubmitStatus.Stored, (await second.SubmitAsync(Judge(1, grant.Pairs[0]))).Status);
        await LedgerReader.VerifyAsync(Store(), "p", "0", default);
    });

    [Fact]
    public void A_fenced_writer_does_not_refuse_from_its_old_view() => TurnPump.Run(async () =>
    {
        var first = await OpenAsync();
        await first.AddPairsAsync(Pairs, default);
        var second = await OpenAsync();
        var grant = await second.LeaseAsync(new(TestPairs.Annotator(1), 1), default);
        await Assert.ThrowsAsync<LedgerOutcomeUnknownException>(() => first.SubmitAsync(Judge(1, grant.Pairs[0])));
    });

    [Fact]
    public void Submits_of_one_turn_share_one_append() => TurnPump.Run(async () =>
    {
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        var grants = await Task.WhenAll(Enumerable.Range(1, 5).Select(annotator => shard.LeaseAsync(new(TestPairs.Annotator(annotator), 1), default)));
        var before = _disk.Operations;
        await Task.WhenAll(grants.Select((grant, i) => shard.SubmitAsync(Judge(i, grant.Pairs[0], i + 1))));
        Assert.Equal(2, _disk.Operations - before);
    });

    [Fact]
    public void A_full_disk_refuses_and_loses_nothing() => TurnPump.Run(async () =>
    {
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        var grant = await shard.LeaseAsync(new(TestPairs.Annotator(1), 4), default);
        await shard.SubmitAsync(Judge(1, grant.Pairs[0]));
        _disk.TearFailedWrites = true;
        _disk.Fault = (operation, _) => Fail(operation is DiskOperation.Write, "No space left on device");
        await Assert.ThrowsAsync<LedgerOutcomeUnknownException>(() => shard.SubmitAsync(Judge(2, grant.Pairs[1])));
        await Assert.ThrowsAnyAsync<IOException>(OpenAsync);
        _disk.Fault = null;
        var again = await OpenAsync();
        Assert.Equal(1, again.Status().CountedVotes);
        Assert.True((await again.SubmitAsync(Judge(2, grant.Pairs[1]))).Counted);
    });

    [Fact]
    public void A_read_only_disk_refuses_and_loses_nothing() => TurnPump.Run(async () =>
    {
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        var grant = await shard.LeaseAsync(new(TestPairs.Annotator(1), 1), default);
        _disk.Fault = (_, _) => Fail(true, "Read-only file system");
        await Assert.ThrowsAsync<LedgerOutcomeUnknownException>(() => shard.SubmitAsync(Judge(1, grant.Pairs[0])));
        await Assert.ThrowsAnyAsync<IOException>(OpenAsync);
        _disk.Fault = null;
        Assert.True((await (await OpenAsync()).SubmitAsync(Judge(1, grant.Pairs[0]))).Counted);
    });

    [Fact]
    public void A_torn_tail_is_left_behind_and_the_next_segment_says_where_the_good_part_ends() => TurnPump.Run(async () =>
    {
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        var good = Node(1).Content.Length;
        Node(1).Write(good, "{\"v\":1,\"seq\":3,\"t\":\"20"u8);
        Node(1).Sync();
        Assert.Equal(3, (await OpenAsync()).Status().Seq);
        var header = Encoding.UTF8.GetString(Node(2).Content).Split('\n')[0];
        Assert.Contains($"\"previous\":1,\"length\":{good},\"seq\":2,", header, StringComparison.Ordinal);
        Assert.True(Node(1).IsReadOnly);
        Assert.Equal(3, (await LedgerReader.VerifyAsync(Store(), "p", "0", default)).Seq);
    });

    [Fact]
    public void A_flipped_bit_before_the_last_append_is_found_and_named() => TurnPump.Run(async () =>
    {
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        await shard.LeaseAsync(new(TestPairs.Annotator(1), 2), default);
        await shard.LeaseAsync(new(TestPairs.Annotator(2), 2), default);
        var lines = Encoding.UTF8.GetString(Node(1).Content).Split('\n');
        var random = new Random(5);
        for (var line = 1; line < 4; line++)
        {
            var start = lines[..line].Sum(text => text.Length + 1);
            var (position, bit) = (start + random.Next(lines[line].Length), random.Next(8));
            Node(1).FlipBit(position, bit);
            var found = await Assert.ThrowsAsync<LedgerCorruptException>(() => LedgerReader.VerifyAsync(Store(), "p", "0", default));
            Assert.Equal((s_folder.Segment(1), (long)start, (long)line), (found.Blob, found.Offset, found.Seq));
            Assert.Contains(s_folder.Segment(1), found.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<LedgerCorruptException>(OpenAsync);
            Node(1).FlipBit(position, bit);
        }

        await LedgerReader.VerifyAsync(Store(), "p", "0", default);
    });

    [Fact]
    public void A_flipped_bit_in_an_earlier_segment_or_header_is_found() => TurnPump.Run(async () =>
    {
        _options.SegmentAppends = 2;
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        for (var annotator = 0; annotator < 6; annotator++)
        {
            await shard.LeaseAsync(new(TestPairs.Annotator(annotator), 1), default);
        }

        for (var segment = 1; segment <= 3; segment++)
        {
            for (var position = 5; position < Node(segment).Content.Length; position += 97)
            {
                Node(segment).FlipBit(position, 3);
                await Assert.ThrowsAsync<LedgerCorruptException>(() => LedgerReader.VerifyAsync(Store(), "p", "0", default));
                Node(segment).FlipBit(position, 3);
            }
        }
    });

    [Fact]
    public void Any_flipped_bit_in_a_segment_that_is_continued_is_found_and_the_segment_named() => TurnPump.Run(async () =>
    {
        _options.SegmentAppends = 4;
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        for (var annotator = 0; annotator < 6; annotator++)
        {
            var grant = await shard.LeaseAsync(new(TestPairs.Annotator(annotator), 1), default);
            await shard.SubmitAsync(Judge(annotator, grant.Pairs[0], annotator));
        }

        var random = new Random(9);
        for (var flip = 0; flip < FaultTier.Of(300, 5000); flip++)
        {
            var node = Node(random.Next(1, 4));
            var (position, bit) = (random.Next(node.Content.Length), random.Next(8));
            node.FlipBit(position, bit);
            var found = await Assert.ThrowsAsync<LedgerCorruptException>(() => LedgerReader.VerifyAsync(Store(), "p", "0", default));
            if (position > node.Content.AsSpan().IndexOf((byte)'\n'))
            {
                Assert.Same(node, _disk.Find($"/disk/{found.Blob}"));
            }

            node.FlipBit(position, bit);
        }

        await LedgerReader.VerifyAsync(Store(), "p", "0", default);
    });

    [Fact]
    public void A_ledger_that_ends_before_a_durable_event_is_damaged() => TurnPump.Run(async () =>
    {
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        await shard.SnapshotAsync(default);
        Node(1).Truncate(Node(1).Content.Length - 40);
        Node(1).Sync();
        await Assert.ThrowsAsync<LedgerCorruptException>(OpenAsync);
        await Assert.ThrowsAsync<LedgerCorruptException>(async () =>
        {
            await foreach (var _ in LedgerReader.ReadAsync(Store(), "p", "0", 1, 2, default))
            {
                // Reading is verifying.
            }
        });
    });

    [Fact]
    public void A_damaged_snapshot_costs_time_only() => TurnPump.Run(async () =>
    {
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        var grant = await shard.LeaseAsync(new(TestPairs.Annotator(1), 1), default);
        await shard.SubmitAsync(Judge(1, grant.Pairs[0]));
        await shard.SnapshotAsync(default);
        var snapshot = _disk.Find($"/disk/{s_folder.Snapshot(shard.Log.LastSeq)}")!;
        Assert.Equal(1, (await OpenAsync()).Status().CountedVotes);
        snapshot.FlipBit(200, 1);
        Assert.Equal(1, (await OpenAsync()).Status().CountedVotes);
    });

    [Fact]
    public void A_changed_pair_segment_is_found() => TurnPump.Run(async () =>
    {
        await (await OpenAsync()).AddPairsAsync(Pairs, default);
        _disk.Find($"/disk/{Pairs}")!.FlipBit(30, 0);
        Assert.Equal(Pairs, (await Assert.ThrowsAsync<LedgerCorruptException>(OpenAsync)).Blob);
    });

    [Fact]
    public void Times_grow_even_when_the_clock_goes_back() => TurnPump.Run(async () =>
    {
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        _clock.SetUtcNow(_clock.GetUtcNow() - TimeSpan.FromHours(5));
        await shard.LeaseAsync(new(TestPairs.Annotator(1), 1), default);
        var times = new List<DateTimeOffset>();
        await foreach (var entry in LedgerReader.ReadAsync(Store(), "p", "0", 1, 3, default))
        {
            times.Add(entry.Time);
        }

        Assert.Equal([0, 1, 2], times.Select(time => (time - times[0]).TotalMicroseconds));
    });

    [Fact]
    public void Leases_that_lapsed_by_a_clock_that_then_went_back_stay_lapsed_after_a_restart() => TurnPump.Run(async () =>
    {
        var shard = await OpenAsync();
        await shard.AddPairsAsync(Pairs, default);
        var first = await shard.LeaseAsync(new(TestPairs.Annotator(1), 4), default);
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, shard.Status().Leased);
        _clock.SetUtcNow(_clock.GetUtcNow() - TimeSpan.FromHours(2));
        Assert.Equal(4, (await shard.LeaseAsync(new(TestPairs.Annotator(1), 4), default)).Pairs.Length);
        Assert.Equal((4, 4), (shard.Status().Leased, (await OpenAsync()).Status().Leased));
        var again = await OpenAsync();
        Assert.True((await again.SubmitAsync(Judge(1, first.Pairs[0]))).Counted);
        Assert.Equal((1, 3), (again.Status().CountedVotes, again.Status().Leased));
    });

    [Fact]
    public void Leases_lapse_when_they_should_although_the_clock_was_set_back() => TurnPump.Run(async () =>
    {
        await OpenAsync();
        var clock = new ShiftedTime();
        var shard = await LedgerShard.OpenAsync(new(Store(), s_folder, _options, clock), default);
        await shard.AddPairsAsync(Pairs, default);
        await shard.LeaseAsync(new(TestPairs.Annotator(1), 4), default);
        clock.Jump(-TimeSpan.FromHours(5));
        Assert.Equal(4, shard.Status().Leased);
        clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(0, shard.Status().Leased);
    });

    private static void Fail(bool fails, string message)
    {
        if (fails)
        {
            throw new IOException(message);
        }
    }

    private static SubmitJudgment Judge(long id, LeasedPair leased, int annotator = 1) => new()
    {
        Id = TestPairs.Judgment(id),
        Pair = leased.Pair.Id,
        Annotator = TestPairs.Annotator(annotator),
        Lease = leased.Lease,
        Choice = ShownChoice.Left,
    };

    private LossyNode Node(int segment) => _disk.Find($"/disk/{s_folder.Segment(segment)}")!;

    private FileBlobStore Store() => new(_disk, "/disk", _clock);

    private async Task<LedgerShard> OpenAsync()
    {
        var store = Store();
        await store.PutIfAbsentAsync(Pairs, TestPairs.Segment(Enumerable.Range(0, 6).Select(n => TestPairs.Pair(n))), default);
        return await LedgerShard.OpenAsync(new(store, s_folder, _options, _clock), default);
    }
}

using System.Buffers.Binary;
using System.Text;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Failures;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Checkpoints;

public sealed class SafetensorsTests
{
    [Fact]
    public void What_was_written_reads_back_equal_in_every_type()
    {
        using var scratch = new ScratchFolder();
        using var scope = NewDisposeScope();
        var path = scratch.File("x.safetensors");
        var values = tensor(new[] { 1.5f, -2f, 0f, 1024f, 3.25f, -0.5f }).reshape(2, 3);
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor>
        {
            ["whole"] = values, ["half"] = values.to(ScalarType.Float16), ["brain"] = values.to(ScalarType.BFloat16), ["turned"] = values.transpose(0, 1),
        });
        using var file = new SafetensorsFile(path);
        foreach (var entry in file.Entries)
        {
            var expected = entry.Name == "turned" ? values.transpose(0, 1).contiguous() : values;
            Assert.Equal(expected.data<float>().ToArray(), file.Read(entry).to(ScalarType.Float32).data<float>().ToArray());
            Assert.Equal(expected.shape, entry.Shape);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Families), MemberType = typeof(GoldenModel))]
    public void A_file_of_the_peer_comes_back_byte_for_byte(string name)
    {
        using var scratch = new ScratchFolder();
        var golden = new GoldenModel(name);
        using var model = golden.Load();
        ModelFolder.Write(scratch.Path, model, golden.Folder);
        Assert.Equal(File.ReadAllBytes(Path.Combine(golden.Folder, "model.safetensors")), File.ReadAllBytes(scratch.File("model.safetensors")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(golden.Folder, "config.json")), File.ReadAllBytes(scratch.File("config.json")));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "cut off")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "1 bytes follow the last tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "b begins at byte 2 and overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}""", 10, "b begins at byte 6 and leaves a hole")]
    [InlineData("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8, "a has type I64")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "a of shape [3] does not fit its 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", 8, "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "impossible shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "header")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "header")]
    [InlineData("""["a"]""", 0, "does not begin with '{'")]
    [InlineData("""{"a":""", 0, "header")]
    public void A_damaged_file_is_refused_with_file_and_reason(string header, int bytes, string reason)
    {
        using var scratch = new ScratchFolder();
        var path = scratch.File("model.safetensors");
        File.WriteAllBytes(path, [.. Prefix(Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[bytes]]);
        var refusal = Assert.Throws<TrainerException>(() => new SafetensorsFile(path));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, refusal.ExitCode);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(1_000, 40)]
    [InlineData(-1, 40)]
    public void A_header_longer_than_the_file_is_refused(long claimed, int bytes)
    {
        using var scratch = new ScratchFolder();
        var path = scratch.File("model.safetensors");
        File.WriteAllBytes(path, [.. Prefix(claimed)[..Math.Min(8, bytes)], .. new byte[Math.Max(0, bytes - 8)]]);
        Assert.Throws<TrainerException>(() => new SafetensorsFile(path));
    }

    [Fact]
    public void Shards_are_one_set_of_weights()
    {
        using var scratch = new ScratchFolder();
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(scratch.File("model-00001-of-00002.safetensors"), new Dictionary<string, Tensor> { ["a"] = ones(2) });
        SafetensorsWriter.Write(scratch.File("model-00002-of-00002.safetensors"), new Dictionary<string, Tensor> { ["b"] = zeros(3) });
        scratch.Write("model.safetensors.index.json", """{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
        using var weights = new WeightFiles(scratch.Path);
        Assert.Equal(["a", "b"], weights.Names.Order());
        var read = ones(3);
        weights.ReadInto("b", read);
        Assert.Equal([0f, 0f, 0f], read.data<float>().ToArray());
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","c":"model-00001-of-00002.safetensors"}}""", "tensor c")]
    [InlineData("""{"weight_map":{"a":"../model-00001-of-00002.safetensors"}}""", "plain file name")]
    [InlineData("""{"weights":{}}""", "weight map")]
    public void A_wrong_shard_index_is_refused(string index, string reason)
    {
        using var scratch = new ScratchFolder();
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(scratch.File("model-00001-of-00002.safetensors"), new Dictionary<string, Tensor> { ["a"] = ones(2) });
        scratch.Write("model.safetensors.index.json", index);
        Assert.Contains(reason, Assert.Throws<TrainerException>(() => new WeightFiles(scratch.Path)).Message, StringComparison.Ordinal);
    }

    private static byte[] Prefix(long length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        return bytes;
    }
}

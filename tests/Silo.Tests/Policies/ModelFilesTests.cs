using System.Buffers.Binary;
using System.Text;
using Orleans.Dpo.Silo.Policies;

namespace Orleans.Dpo.Silo.Tests.Policies;

/// <summary>Headers that nobody writes by accident: each is named as the fault it is, none is an exception.</summary>
public sealed class ModelFilesTests
{
    private const string Good = """{"model.embed_tokens.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""";
    private static readonly byte[] s_config = """{"vocab_size":2,"hidden_size":2}"""u8.ToArray();

    [Fact]
    public async Task A_header_that_fits_its_file_is_taken() => Assert.Null(await CheckAsync(Good));

    [Theory]
    [InlineData("\"F32\"", "7")] // no dtype
    [InlineData("[2,2]", "[\"2\",2]")] // no number
    [InlineData("[2,2]", "[2.5,2]")]
    [InlineData("[0,16]", "[0,1e30]")]
    [InlineData("[0,16]", "[null,16]")]
    [InlineData("[2,2]", "[-1,4]")] // negative
    [InlineData("\"shape\":[2,2],\"data_offsets\":[0,16]", "\"shape\":[-4],\"data_offsets\":[16,0]")] // negative both ways
    [InlineData("[2,2]", "[4611686018427387908,1]")] // 4 bytes times this wraps round to 16
    [InlineData("{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}", "[]")]
    public async Task A_header_that_does_not_is_a_named_fault(string right, string wrong) =>
        Assert.Contains("embed_tokens", await CheckAsync(Good.Replace(right, wrong, StringComparison.Ordinal)), StringComparison.Ordinal);

    private static Task<string?> CheckAsync(string header)
    {
        var file = new byte[sizeof(ulong) + header.Length + 16];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        Encoding.ASCII.GetBytes(header, file.AsSpan(sizeof(ulong)));
        return ModelFiles.CheckWeightsAsync((offset, length) => Task.FromResult<ReadOnlyMemory<byte>?>(file.AsMemory((int)offset, length)), file.Length, s_config);
    }
}

using System.Buffers;
using System.Text;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>Thrift's compact protocol, as far as Parquet's metadata needs it (thrift-compact-protocol.md of Apache Thrift).</summary>
internal sealed class ThriftWriter
{
    private const byte TypeTrue = 1;
    private const byte TypeI32 = 5;
    private const byte TypeI64 = 6;
    private const byte TypeBinary = 8;
    private const byte TypeList = 9;
    private const byte TypeStruct = 12;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly Stack<int> _fields = new([0]);

    public ReadOnlyMemory<byte> Written => _output.WrittenMemory;

    public void I32(int field, int value)
    {
        Field(field, TypeI32);
        ZigZag(value);
    }

    public void I64(int field, long value)
    {
        Field(field, TypeI64);
        ZigZag(value);
    }

    public void True(int field) => Field(field, TypeTrue);

    public void Text(int field, string value) => Binary(field, Encoding.UTF8.GetBytes(value));

    public void Binary(int field, ReadOnlySpan<byte> value)
    {
        Field(field, TypeBinary);
        Bytes(value);
    }

    /// <summary>A struct in a field; <see cref="End"/> ends it.</summary>
    public void Struct(int field)
    {
        Field(field, TypeStruct);
        _fields.Push(0);
    }

    /// <summary>A list of structs: for each item <see cref="Item"/> … <see cref="End"/>.</summary>
    public void Structs(int field, int count) => List(field, TypeStruct, count);

    public void Texts(int field, IReadOnlyCollection<string> values)
    {
        List(field, TypeBinary, values.Count);
        foreach (var value in values)
        {
            Bytes(Encoding.UTF8.GetBytes(value));
        }
    }

    public void Numbers(int field, IReadOnlyCollection<int> values)
    {
        List(field, TypeI32, values.Count);
        foreach (var value in values)
        {
            ZigZag(value);
        }
    }

    public void Item() => _fields.Push(0);

    public void End()
    {
        Byte(0);
        _fields.Pop();
    }

    private void List(int field, byte type, int count)
    {
        Field(field, TypeList);
        if (count < 15)
        {
            Byte((byte)((count << 4) | type));
        }
        else
        {
            Byte((byte)(0xf0 | type));
            Varint((ulong)count);
        }
    }

    private void Field(int field, byte type)
    {
        var last = _fields.Pop();
        _fields.Push(field);
        if (field - last is > 0 and < 16)
        {
            Byte((byte)(((field - last) << 4) | type));
        }
        else
        {
            Byte(type);
            ZigZag(field);
        }
    }

    private void Bytes(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        _output.Write(value);
    }

    private void ZigZag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }
}

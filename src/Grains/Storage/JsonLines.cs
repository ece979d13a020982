namespace Orleans.Dpo.Grains.Storage;

/// <summary>Cuts the bytes of a JSON-lines blob into rows.</summary>
public static class JsonLines
{
    /// <summary>Offset and bytes of each line without its line feed; empty lines are passed over.</summary>
    public static IEnumerable<(long Offset, ReadOnlyMemory<byte> Line)> Split(ReadOnlyMemory<byte> content)
    {
        var at = 0;
        while (at < content.Length)
        {
            var feed = content.Span[at..].IndexOf((byte)'\n');
            var length = feed < 0 ? content.Length - at : feed;
            if (length > 0)
            {
                yield return (at, content.Slice(at, length));
            }

            at += length + 1;
        }
    }
}

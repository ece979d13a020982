using System.Text.Json;
using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

/// <summary>Reads tests/golden, wherever the tests run from.</summary>
internal static class Golden
{
    public static string PathOf(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", "golden", file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"tests/golden/{file} is in no folder above {AppContext.BaseDirectory}.");
    }

    public static Tensor Read(JsonElement element) => tensor(Values(element), Shape(element), dtype: ScalarType.Float32);

    public static void AssertClose(JsonElement expected, Tensor actual, double tolerance = 2e-5)
    {
        Assert.Equal(Shape(expected), actual.shape);
        var numbers = actual.detach().to(ScalarType.Float64).flatten().data<double>().ToArray();
        var wanted = Values(expected);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.True(Math.Abs(wanted[i] - numbers[i]) <= tolerance * (1 + Math.Abs(wanted[i])), $"element {i}: {wanted[i]} expected, {numbers[i]} found");
        }
    }

    private static double[] Values(JsonElement element) => [.. element.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];

    private static long[] Shape(JsonElement element) => [.. element.GetProperty("shape").EnumerateArray().Select(v => v.GetInt64())];
}

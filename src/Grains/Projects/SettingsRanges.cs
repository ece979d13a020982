using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>Checks the ranges written at the properties of settings records, nested ones too.</summary>
internal static class SettingsRanges
{
    /// <summary>The first value out of its range, by the path that the API uses; null when all are in range.</summary>
    public static string? FirstFault(object settings, string path)
    {
        foreach (var property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length is 0))
        {
            var value = property.GetValue(settings);
            var name = (path.Length is 0 ? "" : path + ".") + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
            {
                return string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be from {range.Minimum} to {range.Maximum}.");
            }

            var nested = value is not null and not string and not IEnumerable && property.PropertyType.Namespace?.StartsWith("Orleans.Dpo", StringComparison.Ordinal) is true
                && !property.PropertyType.IsEnum;
            if (nested && FirstFault(value!, name) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }
}

using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Licence, citation and creators as they stand in data card and croissant.json.</summary>
internal static class DatasetAbout
{
    private const int MostCreators = 100;

    // Identifiers that data cards may name; all others are "other" with a name of their own. By SPDX, in lower case.
    private static readonly HashSet<string> s_cardLicenses =
    [
        "apache-2.0", "mit", "bsd", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0",
        "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "gpl-2.0", "gpl-3.0", "lgpl-3.0", "agpl-3.0", "mpl-2.0", "odc-by", "odbl", "pddl", "unlicense",
    ];

    /// <summary>Null when the settings can stand in a card.</summary>
    public static Refusal? Check(DatasetSettings settings)
    {
        var fault =
            settings.License.Length > 0 && !IsSpdx(settings.License) && !IsAddress(settings.License) ? $"datasets.license is '{settings.License}'; it is an SPDX identifier such as CC-BY-4.0, or an http or https address."
            : settings.Citation.Length > 10_000 ? "datasets.citation has more than 10000 characters."
            : settings.Creators.Length > MostCreators ? $"datasets.creators has more than {MostCreators} entries."
            : settings.Creators.Any(name => name.Length is < 1 or > 200 || name.Any(char.IsControl) || name != name.Trim()) ? "datasets.creators holds a name that is empty, longer than 200 characters, or has control characters or spaces at its ends."
            : null;
        return fault is null ? null : new(RefusalCodes.BadRequest, fault);
    }

    /// <summary>The licence as croissant.json wants it: an address.</summary>
    public static string LicenseAddress(DatasetSettings settings, string project) =>
        settings.License.Length is 0 ? $"Not stated by the server; ask the owner of the project {project}."
        : IsAddress(settings.License) ? settings.License : $"https://spdx.org/licenses/{settings.License}.html";

    /// <summary>Lines of the data card's head, each with its line feed; none without a licence.</summary>
    public static string CardLicense(DatasetSettings settings) =>
        settings.License.Length is 0 ? ""
        : s_cardLicenses.Contains(settings.License.ToLowerInvariant()) ? $"license: {settings.License.ToLowerInvariant()}\n"
        : IsAddress(settings.License) ? $"license: other\nlicense_link: {settings.License}\n"
        : $"license: other\nlicense_name: {settings.License.ToLowerInvariant()}\nlicense_link: {LicenseAddress(settings, "")}\n";

    private static bool IsSpdx(string text) => text.Length <= 64 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '+');

    private static bool IsAddress(string text) => text.Length <= 500 && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https") && !text.Any(c => char.IsControl(c) || c is ' ' or '"');
}

using System.Globalization;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>croissant.json: the version described by the words of Croissant 1.1 (mlcommons.org/croissant), with every file's hash and where the version came from (PROV-O).</summary>
public static class Croissant
{
    private static readonly string[] s_turn = ["content", "role"];
    private static readonly string[] s_rating = ["aspect", "rating"];
    private static readonly Table[] s_tables =
    [
        new("dpo", "dpo", "pair_id", "dpo-train", "data/dpo/train-*.jsonl"), new("dpo_test", "dpo", "pair_id", "dpo-test", "data/dpo/test-*.jsonl"), new("items", "items", "pair_id", "items-files", "data/items/*.jsonl"),
        new("judgments", "judgments", "judgment_id", "judgments-files", "data/judgments/*.jsonl"), new("ratings", "ratings", "judgment_id aspect", "ratings-files", "data/ratings/*.jsonl"),
        new("orders", "orders", "judgment_id", "orders-files", "data/orders/*.jsonl"),
    ];

    private static readonly string[] s_terms =
    [
        "citeAs", "column", "extract", "field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
        "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
    ];

    /// <summary>The description.</summary>
    public static string Of(string project, VersionView version, VersionFacts facts, IReadOnlyCollection<VersionFile> files, VersionView? parent, bool isChat, DatasetSettings? about = null)
    {
        var (name, recipe) = (NumberedName.Of('v', version.Version), Recipe.Parse(version.Recipe));
        var settings = about ?? new();
        var tables = s_tables.Where(table => files.Any(file => file.Path.StartsWith(table.Pattern[..table.Pattern.IndexOf('*', StringComparison.Ordinal)], StringComparison.Ordinal)))
            // An order that is read as pairs has a row for each of them.
            .Select(table => table.Name is "judgments" && recipe.Options.Rankings is not "none" ? table with { Key = "judgment_id pair_id" } : table).ToArray();
        var card = new JsonObject
        {
            ["@context"] = Context(),
            ["@type"] = "sc:Dataset",
            ["dct:conformsTo"] = "http://mlcommons.org/croissant/1.1",
            ["name"] = $"{project}-{name}",
            ["description"] = $"Pairwise preferences of the project {project}, version {name}: {facts.DpoTrain} train rows and {facts.DpoTest} test rows from {facts.Judgments} judgments on {facts.Items} pairs.",
            ["license"] = DatasetAbout.LicenseAddress(settings, project),
            ["url"] = $"urn:orleans-dpo:{project}:{facts.Identity}",
            ["creator"] = settings.Creators.IsEmpty
                ? new JsonObject { ["@type"] = "sc:Organization", ["name"] = $"Annotators of {project}" }
                : new JsonArray([.. settings.Creators.Select(name => new JsonObject { ["@type"] = "sc:Organization", ["name"] = name })]),
            ["datePublished"] = version.Created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["version"] = name,
            ["identifier"] = facts.Identity,
            ["keywords"] = new JsonArray("preference", "dpo", "pairwise"),
            ["isLiveDataset"] = false,
            ["distribution"] = new JsonArray([.. files.Select(File), .. tables.Select(table => Set(table.Files, table.Pattern))]),
            ["recordSet"] = new JsonArray([.. tables.Select(table => Records(table, recipe.Format, isChat))]),
            ["prov:wasGeneratedBy"] = new JsonObject
            {
                ["@type"] = "prov:Activity",
                ["@id"] = $"urn:orleans-dpo:{project}:cut:{name}",
                ["prov:used"] = $"urn:orleans-dpo:{project}:ledger",
                ["prov:endedAtTime"] = version.Created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            },
        };
        if (settings.Citation.Length > 0)
        {
            card["citeAs"] = settings.Citation;
        }

        if (version.Round is { } round)
        {
            card["prov:wasGeneratedBy"]!["prov:wasInformedBy"] = new JsonObject { ["@id"] = $"urn:orleans-dpo:{project}:round:{round}" };
        }

        if (parent?.Facts is { } before)
        {
            card["prov:wasDerivedFrom"] = new JsonObject { ["@id"] = $"urn:orleans-dpo:{project}:{before.Identity}", ["@type"] = "prov:Entity", ["name"] = NumberedName.Of('v', parent.Version) };
        }

        return CanonicalJson.Write(card) + "\n";
    }

    private static JsonObject Context()
    {
        var context = new JsonObject
        {
            ["@language"] = "en",
            ["@vocab"] = "https://schema.org/",
            ["sc"] = "https://schema.org/",
            ["cr"] = "http://mlcommons.org/croissant/",
            ["dct"] = "http://purl.org/dc/terms/",
            ["prov"] = "http://www.w3.org/ns/prov#",
            ["rai"] = "http://mlcommons.org/croissant/RAI/",
            ["conformsTo"] = "dct:conformsTo",
            ["data"] = new JsonObject { ["@id"] = "cr:data", ["@type"] = "@json" },
            ["dataType"] = new JsonObject { ["@id"] = "cr:dataType", ["@type"] = "@vocab" },
            ["examples"] = new JsonObject { ["@id"] = "cr:examples", ["@type"] = "@json" },
        };
        foreach (var term in s_terms)
        {
            context[term] = $"cr:{term}";
        }

        return context;
    }

    private static JsonObject File(VersionFile file) => new()
    {
        ["@type"] = "cr:FileObject",
        ["@id"] = file.Path,
        ["name"] = file.Path,
        ["contentUrl"] = file.Path,
        ["contentSize"] = $"{file.Bytes} B",
        ["encodingFormat"] = "application/jsonlines",
        ["sha256"] = file.Sha256,
    };

    private static JsonObject Set(string id, string pattern) => new()
    {
        ["@type"] = "cr:FileSet",
        ["@id"] = id,
        ["name"] = id,
        ["encodingFormat"] = "application/jsonlines",
        ["includes"] = pattern,
    };

    private static JsonObject Records(Table table, int recipeFormat, bool isChat) => new()
    {
        ["@type"] = "cr:RecordSet",
        ["@id"] = table.Name,
        ["name"] = table.Name,
        ["key"] = table.Key.Contains(' ', StringComparison.Ordinal)
            ? new JsonArray([.. table.Key.Split(' ').Select(key => new JsonObject { ["@id"] = $"{table.Name}/{key}" })])
            : new JsonObject { ["@id"] = $"{table.Name}/{table.Key}" },
        ["field"] = new JsonArray([.. DerivedTable.Columns(table.Of, isChat, recipeFormat >= 2, recipeFormat is 3).Select(column => Field(table.Name, table.Files, column))]),
    };

    private static JsonObject Field(string records, string files, ParquetColumn column)
    {
        var field = new JsonObject
        {
            ["@type"] = "cr:Field",
            ["@id"] = $"{records}/{column.Name}",
            ["name"] = column.Name,
            ["dataType"] = column.Kind switch { ParquetKind.Whole => "sc:Integer", ParquetKind.Number => "sc:Float", ParquetKind.Flag => "sc:Boolean", _ => "sc:Text" },
            ["source"] = new JsonObject { ["fileSet"] = new JsonObject { ["@id"] = files }, ["extract"] = new JsonObject { ["column"] = column.Name } },
        };
        if (column.Kind is ParquetKind.Texts or ParquetKind.Messages or ParquetKind.Ratings)
        {
            field["repeated"] = true;
        }

        if (column.Kind is ParquetKind.Messages or ParquetKind.Ratings)
        {
            field["subField"] = new JsonArray([.. (column.Kind is ParquetKind.Messages ? s_turn : s_rating).Select(part => new JsonObject
            {
                ["@type"] = "cr:Field",
                ["@id"] = $"{records}/{column.Name}/{part}",
                ["name"] = part,
                ["dataType"] = part is "rating" ? "sc:Integer" : "sc:Text",
                ["source"] = new JsonObject { ["fileSet"] = new JsonObject { ["@id"] = files }, ["extract"] = new JsonObject { ["column"] = column.Name }, ["transform"] = new JsonObject { ["jsonPath"] = part } },
            })]);
        }

        if (column.Name is "pair_id" && records is not "items")
        {
            field["references"] = new JsonObject { ["field"] = new JsonObject { ["@id"] = "items/pair_id" } };
        }

        return field;
    }

    /// <summary>A record set, the table whose columns it has, its key, and the files it is in.</summary>
    private sealed record Table(string Name, string Of, string Key, string Files, string Pattern);
}

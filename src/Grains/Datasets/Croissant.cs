using System.Globalization;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>croissant.json: the version described by the words of Croissant 1.1 (mlcommons.org/croissant), with every file's hash and where the version came from (PROV-O).</summary>
public static class Croissant
{
    private static readonly string[] s_turn = ["content", "role"];
    private static readonly string[] s_terms =
    [
        "citeAs", "column", "extract", "field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
        "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
    ];

    /// <summary>The description.</summary>
    public static string Of(string project, VersionView version, VersionFacts facts, IReadOnlyCollection<VersionFile> files, VersionView? parent, bool isChat)
    {
        var (name, format) = (NumberedName.Of('v', version.Version), Recipe.Parse(version.Recipe).Format);
        var card = new JsonObject
        {
            ["@context"] = Context(),
            ["@type"] = "sc:Dataset",
            ["dct:conformsTo"] = "http://mlcommons.org/croissant/1.1",
            ["name"] = $"{project}-{name}",
            ["description"] = $"Pairwise preferences of the project {project}, version {name}: {facts.DpoTrain} train rows and {facts.DpoTest} test rows from {facts.Judgments} judgments on {facts.Items} pairs.",
            ["license"] = $"Not stated by the server; ask the owner of the project {project}.",
            ["url"] = $"urn:orleans-dpo:{project}:{facts.Identity}",
            ["creator"] = new JsonObject { ["@type"] = "sc:Organization", ["name"] = $"Annotators of {project}" },
            ["datePublished"] = version.Created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["version"] = name,
            ["identifier"] = facts.Identity,
            ["keywords"] = new JsonArray("preference", "dpo", "pairwise"),
            ["isLiveDataset"] = false,
            ["distribution"] = new JsonArray([.. files.Select(File), Set("dpo-train", "data/dpo/train-*.jsonl"), Set("dpo-test", "data/dpo/test-*.jsonl"), Set("items-files", "data/items/*.jsonl"), Set("judgments-files", "data/judgments/*.jsonl")]),
            ["recordSet"] = new JsonArray(
                Records("dpo", "dpo-train", "pair_id", format, isChat), Records("dpo_test", "dpo-test", "pair_id", format, isChat, table: "dpo"),
                Records("items", "items-files", "pair_id", format, isChat), Records("judgments", "judgments-files", "judgment_id", format, isChat)),
            ["prov:wasGeneratedBy"] = new JsonObject
            {
                ["@type"] = "prov:Activity",
                ["@id"] = $"urn:orleans-dpo:{project}:cut:{name}",
                ["prov:used"] = $"urn:orleans-dpo:{project}:ledger",
                ["prov:endedAtTime"] = version.Created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            },
        };
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

    private static JsonObject Records(string name, string files, string key, int recipeFormat, bool isChat, string? table = null) => new()
    {
        ["@type"] = "cr:RecordSet",
        ["@id"] = name,
        ["name"] = name,
        ["key"] = new JsonObject { ["@id"] = $"{name}/{key}" },
        ["field"] = new JsonArray([.. DerivedTable.Columns(table ?? name, isChat, recipeFormat is 2).Select(column => Field(name, files, column))]),
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
        if (column.Kind is ParquetKind.Texts or ParquetKind.Messages)
        {
            field["repeated"] = true;
        }

        if (column.Kind is ParquetKind.Messages)
        {
            field["subField"] = new JsonArray([.. s_turn.Select(part => new JsonObject { ["@type"] = "cr:Field", ["@id"] = $"{records}/{column.Name}/{part}", ["name"] = part, ["dataType"] = "sc:Text" })]);
        }

        if (column.Name is "pair_id" && records is not "items")
        {
            field["references"] = new JsonObject { ["field"] = new JsonObject { ["@id"] = "items/pair_id" } };
        }

        return field;
    }
}

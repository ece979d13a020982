using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Names that stand for people in what leaves the system.</summary>
public static class DatasetNames
{
    /// <summary>The annotator's name within one project.</summary>
    public static string Annotator(string project, AnnotatorId annotator) => TableRows.Pseudonym(project, annotator);
}

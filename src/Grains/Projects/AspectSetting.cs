namespace Orleans.Dpo.Grains.Projects;

/// <summary>An aspect on which the two responses are compared besides the verdict.</summary>
/// <param name="Slug">Its name in data: lower-case letters, digits and hyphens.</param>
/// <param name="Title">For people.</param>
/// <param name="Scale">How many steps to each side, 1 to 3: a rating is from −scale (left is better) to scale (right is).</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.aspect-setting")]
public sealed record AspectSetting(string Slug, string Title, int Scale = 3);

/// <summary>A reason that annotators can tick.</summary>
/// <param name="Slug">Its name in data.</param>
/// <param name="Title">For people.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.reason-setting")]
public sealed record ReasonSetting(string Slug, string Title);

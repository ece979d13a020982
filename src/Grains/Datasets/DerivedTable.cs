using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The tables that can be asked for, and their columns. What is not canonical is made of canonical rows on request and has no part in the identity.</summary>
public static class DerivedTable
{
    /// <summary>t text, w whole number, n number, f flag, l list of texts, c text or messages, as the version's prompts are.</summary>
    private static readonly ImmutableSortedDictionary<string, string> s_columns = new Dictionary<string, string>
    {
        ["dpo"] = "prompt:c chosen:c rejected:c pair_id:t prompt_id:t p_chosen:n strength:n agreement:n tie_share:n n_judgments:w judgment_ids:l chosen_id:t rejected_id:t chosen_checkpoint:t "
            + "rejected_checkpoint:t n_tokens_chosen:w n_tokens_rejected:w origin:t replayed:f split_key:t selection_strategy:t selection_propensity:n",
        ["items"] = "pair_id:t prompt_id:t prompt:c response_a:t response_b:t response_a_id:t response_b_id:t checkpoint_a:t checkpoint_b:t split_key:t origin:t purpose:t overlap:w n_judgments:w votes_a:w "
            + "votes_b:w votes_tie:w votes_both_bad:w skips:w majority:t selection_strategy:t selection_propensity:n",
        ["judgments"] = "judgment_id:t pair_id:t seq:w annotator:t choice:t strength:w purpose:t counted:f live:f reported:f supersedes:t shown_order:t guideline_version:w input:t reasons:l active_ms:w "
            + "shown_at:t decided_at:t received_at:t lease_id:t lease_propensity:n lease_strategy:t checkpoint_a:t checkpoint_b:t",
        ["kto"] = "prompt:c completion:c label:f pair_id:t prompt_id:t response_id:t",
        ["orders"] = "judgment_id:t ranking_id:t prompt_id:t prompt:c response_ids:l responses:l checkpoints:l order:t choice:t annotator:t annotator_kind:t seq:w counted:f live:f reported:f supersedes:t shown:t "
            + "guideline_version:w input:t reasons:l active_ms:w shown_at:t decided_at:t received_at:t lease_id:t origin:t split_key:t",
        ["rankings"] = "prompt:c ranked:l ids:l checkpoints:l weight:n judges:w judge:t tied:w judgment_id:t pair_id:t prompt_id:t split_key:t",
        ["ratings"] = "judgment_id:t pair_id:t annotator:t annotator_kind:t aspect:t rating:w live:f",
        ["reward"] = "chosen:c rejected:c margin:n pair_id:t prompt_id:t p_chosen:n",
        ["sft"] = "prompt:c completion:c pair_id:t prompt_id:t response_id:t",
        ["annotators"] = "annotator:t n_judgments:w n_votes:w n_skips:w n_ties:w n_both_bad:w left_share:n agreement:n median_active_ms:w reliability:n reliability_error:n position_bias:n "
            + "position_error:n length_bias:n length_error:n first_at:t last_at:t",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>What <c>tables/2</c> has besides; r: a list of ratings.</summary>
    private static readonly ImmutableSortedDictionary<string, string> s_wide = new Dictionary<string, string>
    {
        ["dpo"] = " lang:t tags:l",
        ["items"] = " lang:t tags:l",
        ["judgments"] = " annotator_kind:t aspects:r",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Names of all tables.</summary>
    public static ImmutableArray<string> Names { get; } = [.. s_columns.Keys];

    /// <summary>File formats by their extension.</summary>
    public static ImmutableArray<string> Formats { get; } = ["jsonl", "jsonl.gz", "parquet"];

    /// <summary>The splits of a table.</summary>
    public static ImmutableArray<string> Splits(string table) => table is "items" or "judgments" or "orders" or "ratings" or "annotators" ? ["all"] : ["train", "test"];

    /// <summary>The bytes of this table and format are a version's own files.</summary>
    public static bool IsCanonical(string table, string format) => table is "dpo" or "items" or "judgments" or "orders" or "ratings" && format is "jsonl";

    /// <summary>Logical path of a derived file.</summary>
    public static string PathOf(string table, string split, string format) => $"derived/{table}/{split}-00000-of-00001.{format}";

    /// <summary>The parts of such a path; false when it is none.</summary>
    public static bool TryParse(string path, out string table, out string split, out string format)
    {
        (table, split, format) = ("", "", "");
        var parts = path.Split('/');
        if (parts is not ["derived", _, _] || !s_columns.ContainsKey(parts[1]))
        {
            return false;
        }

        foreach (var known in Formats)
        {
            foreach (var part in Splits(parts[1]))
            {
                if (PathOf(parts[1], part, known) == path)
                {
                    (table, split, format) = (parts[1], part, known);
                    return !IsCanonical(table, format);
                }
            }
        }

        return false;
    }

    /// <summary>Parquet columns of a table.</summary>
    /// <param name="table">Its name.</param>
    /// <param name="isChat">Prompts are lists of messages.</param>
    /// <param name="isWeighted">Rows of dpo have a weight (a recipe of format 2).</param>
    /// <param name="isWide">Rows are those of <c>tables/2</c>.</param>
    public static ImmutableArray<ParquetColumn> Columns(string table, bool isChat, bool isWeighted, bool isWide = false) =>
    [
        .. (s_columns[table] + (isWeighted && table is "dpo" ? " weight:n" : "") + (isWide ? s_wide.GetValueOrDefault(table, "") : "")).Split(' ').Select(column => column.Split(':')).Select(column => new ParquetColumn(column[0], column[1] switch
        {
            "w" => ParquetKind.Whole,
            "n" => ParquetKind.Number,
            "f" => ParquetKind.Flag,
            "l" => ParquetKind.Texts,
            "r" => ParquetKind.Ratings,
            "c" when isChat => ParquetKind.Messages,
            _ => ParquetKind.Text,
        })),
    ];
}

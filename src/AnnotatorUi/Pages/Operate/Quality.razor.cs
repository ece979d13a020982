using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Orleans.Dpo.AnnotatorUi.Rendering;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.AnnotatorUi.Pages.Operate;

/// <summary>How well a project is judged, and by whom.</summary>
public sealed partial class Quality : ProjectPage
{
    private ProjectQuality _quality = null!;
    private PolicyBattles _battles = null!;
    private ImmutableArray<PauseRecord> _pauses = [];
    private ImmutableArray<PracticeRun> _practice = [];
    private ImmutableDictionary<AnnotatorId, string> _names = ImmutableDictionary<AnnotatorId, string>.Empty;

    /// <summary>Show intervals, computed when they are older than half a minute.</summary>
    [SupplyParameterFromQuery] public bool Intervals { get; set; }

    /// <inheritdoc/>
    protected override async Task LoadAsync()
    {
        _quality = await ProjectQuality.ReadAsync(Project, Intervals, Aborted);
        _battles = await ProjectQuality.BattlesAsync(Project, Aborted);
        _pauses = [.. (await Grains.GetGrain<IPausesGrain>(Project).ListAsync(Aborted)).Where(pause => pause.Lifted is null)];
        _practice = await Grains.GetGrain<IPracticeGrain>(Project).ListRunsAsync(Aborted);
        if (Access.IsAdmin(Http.User))
        {
            _names = (await Grains.GetGrain<IPeopleGrain>("_").ListAsync(Aborted)).ToImmutableDictionary(person => person.Id, person => person.Name);
        }
    }

    private static string Text(Statistic statistic) => statistic switch
    {
        { Value: { } value, Interval: { } range } => $"{Shown.Number(value, 2)} [{Shown.Number(range.Low, 2)}, {Shown.Number(range.High, 2)}]",
        { Value: { } value } => Shown.Number(value, 2),
        _ => $"undefined ({statistic.Undefined})",
    };
}

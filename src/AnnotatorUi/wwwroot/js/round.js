// Live curves of one round: loss, margin and accuracy over optimizer steps.
const charts = document.querySelector('#charts');
const { project, round } = charts.dataset;
const rows = new Map();   // step → metrics; a resumed attempt overwrites the steps it repeats

const panels = [
  { title: 'Loss', series: [{ label: 'loss', field: 'loss', stroke: '#2b5d8a' }] },
  { title: 'Reward margin', series: [{ label: 'margin', field: 'rewards/margins', stroke: '#2b5d8a' }, { label: 'chosen', field: 'rewards/chosen', stroke: '#3c8a4e' }, { label: 'rejected', field: 'rewards/rejected', stroke: '#b3452c' }] },
  { title: 'Accuracy', series: [{ label: 'accuracy', field: 'rewards/accuracies', stroke: '#2b5d8a' }] },
];

for (const panel of panels) {
  const host = document.createElement('figure');
  const caption = document.createElement('figcaption');
  caption.textContent = panel.title;
  host.append(caption);
  charts.append(host);
  panel.chart = new window.uPlot({
    width: Math.max(260, Math.min(520, charts.clientWidth / 3 - 32)), height: 200, scales: { x: { time: false } },
    series: [{ label: 'step' }, ...panel.series.map(series => ({ label: series.label, stroke: series.stroke, width: 1.5 }))],
    axes: [{ label: 'step', size: 36, labelSize: 16 }, { size: 52 }],
  }, [[], ...panel.series.map(() => [])], host);
}

function draw() {
  const sorted = [...rows.values()].sort((a, b) => a.step - b.step);
  charts.dataset.points = String(sorted.length);
  for (const panel of panels) {
    panel.chart.setData([sorted.map(row => row.step), ...panel.series.map(series => sorted.map(row => row[series.field] ?? null))]);
  }
  const last = sorted.at(-1);
  if (last) { document.querySelector('#step').textContent = `step ${last.step} of ${last.steps}`; }
}

async function load() {
  const response = await fetch(`/api/v1/projects/${project}/rounds/${round}/metrics`, { credentials: 'same-origin' });
  if (!response.ok) { return; }
  for (const line of (await response.text()).split('\n')) {
    if (line) { const row = JSON.parse(line); rows.set(row.step, row); }
  }
  draw();
}

document.addEventListener('odpo-metrics', event => {
  if (event.detail.round !== round) { return; }
  rows.set(event.detail.step, event.detail);
  draw();
});

await load();

// The page's state: what is chosen, what was fetched, whether the monitor still answers. Drawing is charts.js's.

import * as charts from "./charts.js";
import { because, clock, duration, expected, figures, fixed, instant, interval, names, probability, sentence, signs, whole } from "./words.js";

const at = (id) => document.getElementById(id);
const slicesShown = 50;
const ranges = { hour: "over the last hour", days: "over two days", all: "since the start" };

const chosen = { head: null, output: 0, range: "days" };
let overview = null; // /api/v1/heads
let detail = null; // /api/v1/heads/{name}
let alarms = [];
let isLost = false;

// MARK: Fetching, one round at a time

const fetched = async (path) => {
  const response = await fetch(path, { cache: "no-store" });
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(body.error.message), { code: body.error.code });
  return body;
};

let isBusy = false;
let isWanted = false;

const refresh = async () => {
  isWanted = true;
  if (isBusy) return;
  isBusy = true;
  while (isWanted) {
    isWanted = false;
    try {
      overview = await fetched("api/v1/heads");
      if (!overview.heads.some((head) => head.name === chosen.head)) {
        Object.assign(chosen, { head: overview.heads[0]?.name ?? null, output: 0 });
      }
      [detail, alarms] = await Promise.all([
        fetched(`api/v1/heads/${encodeURIComponent(chosen.head)}?range=${chosen.range}&slices=${slicesShown}`),
        fetched("api/v1/alarms").then((body) => body.alarms),
      ]);
      isLost = false;
    } catch (error) {
      // A monitor that has just started again has no view: the next event tells.
      isLost = error.code !== "no-view-yet";
      if (!isLost) overview = detail = null;
    }
    render();
    // A busy stream has five views a second; nobody reads faster than this.
    await new Promise((resume) => setTimeout(resume, 1000));
  }
  isBusy = false;
};

// A browser has six connections for a host, over all its tabs, and a listener keeps one. So only a page that is looked at
// listens; a hidden one asks now and then, for its title's sake.
let source = null;
const hiddenPause = 15000;

const listen = () => {
  if (source || document.visibilityState === "hidden") return;
  source = new EventSource("api/v1/events");
  source.addEventListener("view", refresh);
  // The number of the newest view comes at once, if there is one; without it there is nothing to ask for.
  source.addEventListener("open", () => {
    isLost = false;
    render();
  });
  source.addEventListener("error", () => {
    isLost = true;
    render();
    // The browser tries again by itself, unless the answer was an error.
    if (source?.readyState === EventSource.CLOSED) {
      leave();
      setTimeout(listen, 2000);
    }
  });
};

const leave = () => {
  source?.close();
  source = null;
};

document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? leave() : listen()));
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", listen);
setInterval(() => {
  if (document.visibilityState === "hidden" && overview) refresh();
}, hiddenPause);

// MARK: Small parts

const make = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

const setText = (id, text) => {
  // An unchanged text is left alone, or a screen reader would say it with every view.
  if (at(id).textContent !== text) at(id).textContent = text;
};

const none = (text) => make("p", { class: "none" }, text);

const table = (caption, titles, rows) => make("table", { "aria-label": caption },
  make("thead", {}, make("tr", {}, ...titles.map((title) => make("th", { scope: "col" }, title)))),
  make("tbody", {}, ...rows.map(({ cells, kind }) => make("tr", { class: kind ?? null },
    ...cells.map((cell, i) => (i === 0 ? make("th", { scope: "row" }, cell) : make("td", {}, cell)))))));

const list = (id, items) => at(id).replaceChildren(...items.map(([term, text, note, kind]) =>
  make("div", { class: kind ?? null }, make("dt", {}, term),
    make("dd", { "data-key": term }, text, ...(note ? [make("small", {}, note)] : [])))));

// MARK: Rendering

const isDrift = (state) => state in names;

const render = () => {
  const state = !overview ? (isLost ? "gone" : "empty")
    : overview.link === "learnerGone" || isLost ? "gone"
      : overview.link === "catchingUp" ? "catchingUp" : null;
  renderLink();
  renderNotice();
  at("controls").hidden = at("content").hidden = !detail;
  if (!detail) {
    document.body.dataset.state = state;
    document.title = "weir";
    setText("sign", "·");
    setText("sentence", isLost ? "No answer" : "Nothing read yet");
    setText("because", isLost ? "The monitor does not answer; trying again."
      : "The monitor waits for the learner's journal. The verdict comes with the first labels whose window has closed.");
    return;
  }
  const output = detail.outputs[Math.min(chosen.output, detail.outputs.length - 1)];
  const last = output.panes[output.panes.length - 1];
  const reference = instant(overview.watermark) ?? instant(last?.start ?? null) ?? instant(overview.takenAt);
  const verdict = output.verdict;
  document.body.dataset.state = state ?? (isDrift(verdict.state) ? "drift" : verdict.state);
  setText("deployment", overview.counts.name);
  setText("sign", signs[verdict.state]);
  setText("sentence", sentence(verdict, reference));
  setText("because", because(verdict, output.calibration, ranges[detail.range]));
  document.title = `${signs[verdict.state]} ${chosen.head} · weir`;
  renderControls();
  renderFigures(output);
  renderCharts(output, reference);
  renderParts(output);
  renderMovement(output, reference);
  renderEarly(output, reference);
  renderSlices(output, reference);
  renderAlarms(reference);
  renderPipeline(reference);
};

const renderLink = () => {
  const link = isLost ? "lost" : overview?.link ?? "waiting";
  const texts = { lost: "reconnecting", current: "live", catchingUp: "catching up", learnerGone: "learner gone", waiting: "waiting" };
  at("link").dataset.link = link;
  setText("link-text", texts[link]);
};

const renderNotice = () => {
  const seen = overview && clock(instant(overview.takenAt), new Date());
  const text = isLost ? (overview ? `The monitor does not answer since ${seen}. Below is what it said last. Trying again.` : "")
    : overview?.link === "learnerGone" ? "The learner's journal does not answer. Below is what was read before; nothing newer is known."
      : overview?.link === "catchingUp" ? `Catching up: read as far as ${clock(instant(overview.watermark), new Date())} of the stream. The verdict is of then.` : "";
  at("notice").hidden = !text;
  setText("notice", text);
};

const fill = (select, options, value) => {
  if ([...select.options].map((option) => option.text).join("\n") !== options.map(([, text]) => text).join("\n")) {
    select.replaceChildren(...options.map(([key, text]) => make("option", { value: key }, text)));
  }
  select.value = value;
};

const worst = (head) => head.outputs.some((output) => isDrift(output.verdict.state));

const renderControls = () => {
  fill(at("head"), overview.heads.map((head) => [head.name, (worst(head) ? "! " : "") + head.name]), chosen.head);
  at("class-control").hidden = detail.outputs.length < 2;
  fill(at("class"), detail.outputs.map((output, i) => [String(i), (isDrift(output.verdict.state) ? "! " : "") + (output.class ?? "")]), String(chosen.output));
};

const renderFigures = ({ calibration, evidence }) => list("figures", [
  ["observed over promised", fixed(calibration.observedOverPredicted), `95\u00a0%: ${interval(calibration.observedOverPredictedCI)}`],
  ["mature labels", whole(calibration.labelled), `${whole(calibration.positives)} positive, ${whole(calibration.predictedPositives)} promised`],
  ["base rate", probability(calibration.baseRate), null],
  ["calibration error", fixed(calibration.ece, 4), `a perfect model: ${fixed(calibration.eceNoiseFloor, 4)}`],
  ["normalised entropy", fixed(calibration.normalizedEntropy, 4), "1: no better than the base rate"],
  ["evidence of drift", evidence === null ? "none" : fixed(evidence, 1), "nats; an alarm at 0"],
]);

const renderCharts = ({ calibration, panes, scores, class: name }, reference) => {
  const bins = calibration.reliability;
  charts.reliability(at("reliability"), bins);
  at("reliability-table").replaceChildren(table("Reliability", ["promised", "observed", "95 % of observed", "labels"],
    bins.map((bin) => ({ cells: [probability(bin.meanPredicted), probability(bin.observedRate),
      bin.observedRateCI.map(probability).join(" to "), whole(bin.count)] }))));

  const own = alarms.filter((alarm) => alarm.head === chosen.head && alarm.class === name);
  const unit = detail.range === "hour" ? "by the minute over the last hour" : "by the hour over two days";
  setText("ratio-hint", `Above 1 more came than was promised; ${unit}. The band holds 95\u00a0% of each pane by itself.`);
  charts.ratio(at("ratio"), panes, own, reference);
  at("ratio-table").replaceChildren(table("Observed over promised", ["from", "observed over promised", "95 %", "labels", "positive"],
    [...panes].reverse().map((pane) => {
      const { ratio, ends } = charts.turned(pane);
      return { cells: [clock(instant(pane.start), reference), fixed(ratio), interval(ends), whole(pane.labelled), whole(pane.positives)] };
    })));

  charts.scores(at("scores"), scores);
  at("scores-table").replaceChildren(table("Served scores", ["from", "to", "labels"], charts.joined(scores, 24).filter((bar) => bar.count)
    .map((bar) => ({ cells: [probability(charts.sigmoid(bar.low)), probability(charts.sigmoid(bar.high)), whole(bar.count)] }))));
};

const renderParts = ({ calibration: { cox, brier, brierParts, brierSkill, ece, eceNoiseFloor, eceDebiased, operatingPoint, aucPR, aucPRBounds } }) => list("parts", [
  ["slope", fixed(cox?.slope), cox ? `95\u00a0%: ${interval(cox.slopeCI)}; 1 is right, below overconfident` : "not determined"],
  ["intercept", fixed(cox?.intercept), cox ? `95\u00a0%: ${interval(cox.interceptCI)}; 0 is right` : "not determined"],
  ["Brier score", figures(brier), `${fixed(brierSkill)} better than the base rate`],
  ["of it reliability", figures(brierParts?.reliability), "miscalibration; 0 is right"],
  ["less resolution", figures(brierParts?.resolution), "what scores tell apart"],
  ["plus uncertainty", figures(brierParts?.uncertainty), "what the base rate leaves open"],
  ["calibration error, debiased", figures(eceDebiased), `${figures(ece)}, of which chance makes ${figures(eceNoiseFloor)}`],
  ["average precision", fixed(aucPR), `surely ${interval(aucPRBounds)}`],
  ...(operatingPoint ? [["recall", fixed(operatingPoint.recall), `${probability(operatingPoint.falsePositiveRate)} of negatives flagged, from ${probability(operatingPoint.threshold)} on`],
    ["precision", fixed(operatingPoint.precision), `F1 ${fixed(operatingPoint.f1)}`]] : []),
]);

const renderMovement = ({ scoreDrift }, reference) => {
  const { windowLength, hasReference, newest, moves, lastMove } = scoreDrift;
  setText("movement-hint", `Windows of ${whole(windowLength)} served scores against the first, or against the last that had moved. `
    + (newest ? `${moves === 0 ? "None has" : moves === 1 ? "One has" : `${whole(moves)} have`} moved. ` : "")
    + "It needs no labels and says nothing about calibration: scores may move with the world and be right.");
  const row = (name, { start, end, psi, psiP, ks, ksP, level, drift }) => ({
    kind: null,
    cells: [name, `${clock(instant(start), reference)} to ${clock(instant(end), reference)}`, figures(psi), figures(psiP), figures(ks),
      figures(ksP), figures(level), drift ? "moved" : "as before"],
  });
  at("movement").replaceChildren(!newest
    ? none(hasReference ? "The first window is not complete yet." : "No reference yet: it begins with the first mature label.")
    : table("Score drift", ["window", "of", "stability index", "p", "distance, at least", "p, at most", "called below", "scores"],
      [row("newest", newest), ...(lastMove && lastMove.end !== newest.end ? [row("last that moved", lastMove)] : [])]));
};

// Never in the sentence at the top, and never in its colour.
const renderEarly = ({ earlyWarning }, reference) => {
  if (!earlyWarning) {
    setText("early-hint", "Not kept for this output: only where silence is a negative do early outcomes say something.");
    return at("early").replaceChildren();
  }
  const { ageSeconds, shareByAge, maturePositives, since, promisedPositives, positives, observedOverPromised, observedOverPromisedCI, hint } = earlyWarning;
  setText("early-hint", `Outcomes at an age of ${duration(ageSeconds)}, before their windows close, held against what was promised for that age. `
    + "How often its hints are wrong has no bound: labels that come faster or slower than they used to look like a drift. Nothing else on this page listens to it.");
  list("early", [
    ["hint", hint ? `may be ${names[hint.direction]} since ${clock(instant(hint.since), reference)}` : "none"],
    ["observed over promised by that age", `${fixed(observedOverPromised)}${observedOverPromisedCI ? ` (${interval(observedOverPromisedCI)})` : ""}`],
    ["positive by that age", since ? `${whole(positives)}, ${expected(promisedPositives)} promised, since ${clock(instant(since), reference)}` : "none looked at yet"],
    ["share of positives that come by then", shareByAge === null ? "not known yet" : `${probability(shareByAge)} of ${whole(maturePositives)}`],
  ]);
};

const renderSlices = ({ slices }, reference) => at("slices").replaceChildren(
  slices.length === 0 ? none("No slice expects five positives yet, or none is configured.")
    : table("Slices", ["slice", "observed over promised", "interval", "labels", "positive", "promised", "verdict", "since"],
      slices.map((slice) => ({
        kind: slice.flagged ? "flagged" : null,
        cells: [`${slice.field}=${slice.value}`, fixed(slice.observedOverPredicted), interval(slice.observedOverPredictedCI), whole(slice.labelled),
          whole(slice.positives), expected(slice.predictedPositives), slice.flagged ? names[slice.direction] : "–",
          slice.flagged ? clock(instant(slice.since), reference) : "–"],
      }))));

const renderAlarms = (reference) => {
  at("alarms-hint").hidden = alarms.length === 0;
  at("alarms").replaceChildren(
  alarms.length === 0 ? none("None raised.")
    : table("Alarms", ["raised", "head", "direction", "observed over promised", "since", "slices"],
      alarms.slice(0, 20).map((alarm) => ({
        cells: [clock(instant(alarm.time), reference), alarm.class === null ? alarm.head : `${alarm.head}: ${alarm.class}`, names[alarm.direction],
          fixed(alarm.observedOverPredicted), clock(instant(alarm.onset), reference), alarm.slices.join(", ") || "–"],
      }))));
};

const fateNames = { orphansFull: "no room to wait", waiting: "waiting for their event", early: "came before their event", unknown: "event unknown" };

const renderPipeline = (reference) => {
  const { counts } = overview;
  const watermark = overview.watermark === "+infinity" ? "ended" : clock(instant(overview.watermark), new Date());
  list("state", [
    ["model age", duration(overview.modelAge)], ["model version", whole(counts.modelVersion)],
    ["events a second", fixed(overview.eventsPerSecond, 1)], ["mature labels a second", fixed(overview.labelsPerSecond, 1)],
    ["stream time", watermark], ["events scored", whole(counts.events)], ["windows open", whole(counts.pending)],
    ["journal records", whole(counts.journalSequence)],
  ]);
  list("fates", [["received", whole(counts.labels)],
    ...Object.entries(counts.labelFates).map(([fate, count]) => [fateNames[fate] ?? fate, whole(count)])]);
  const codes = Object.entries(counts.rejected);
  list("rejected", codes.length ? codes.map(([code, count]) => [code, whole(count)]) : [["none", "0"]]);
};

// MARK: Controls

at("controls").addEventListener("submit", (event) => event.preventDefault());
at("head").addEventListener("change", (event) => {
  Object.assign(chosen, { head: event.target.value, output: 0 });
  remember();
});
at("class").addEventListener("change", (event) => {
  chosen.output = Number(event.target.value);
  remember();
});
for (const radio of document.querySelectorAll("input[name=range]")) {
  radio.addEventListener("change", () => {
    chosen.range = radio.value;
    remember();
  });
}

// What is shown stands in the address, so that it can be handed on.
const remember = () => {
  history.replaceState(null, "", `#${new URLSearchParams({ head: chosen.head, class: chosen.output, range: chosen.range })}`);
  load();
};

// A choice is answered at once, without the pause between views.
const load = async () => {
  try {
    detail = await fetched(`api/v1/heads/${encodeURIComponent(chosen.head)}?range=${chosen.range}&slices=${slicesShown}`);
    render();
  } catch { refresh(); }
};

const recall = () => {
  const kept = new URLSearchParams(location.hash.slice(1));
  if (kept.has("head")) chosen.head = kept.get("head");
  if (/^\d+$/.test(kept.get("class") ?? "")) chosen.output = Number(kept.get("class"));
  if (Object.hasOwn(ranges, kept.get("range") ?? "")) chosen.range = kept.get("range");
  for (const radio of document.querySelectorAll("input[name=range]")) radio.checked = radio.value === chosen.range;
};

let width = 0;
new ResizeObserver(() => {
  if (document.body.clientWidth !== width) {
    width = document.body.clientWidth;
    if (detail) render();
  }
}).observe(document.body);

recall();
listen();

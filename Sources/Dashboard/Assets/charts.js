// The three charts as inline SVG, drawn at the width they have, so that text stays readable on a small screen.

import { clock, fixed, probability, tick, whole } from "./words.js";

const namespace = "http://www.w3.org/2000/svg";

const element = (name, attributes = {}, ...children) => {
  const node = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

const label = (x, y, text, anchor = "middle", kind = "") =>
  element("text", { x, y, "text-anchor": anchor, class: kind }, text);

const frame = (box, height, summary) => {
  const width = Math.max(240, Math.floor(box.clientWidth));
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": summary });
  box.replaceChildren(svg);
  return { svg, width };
};

const scale = (from, to, low, high) => (x) => low + ((x - from) / (to - from)) * (high - low);
const logit = (p) => Math.log(p / (1 - p));
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

const probabilityTicks = [
  1e-6, 1e-5, 1e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 0.999, 0.9999, 0.99999, 0.999999,
];

/** Ticks at least `gap` apart. */
const spaced = (ticks, place, gap) => {
  const kept = [];
  for (const next of ticks) if (!kept.length || Math.abs(place(next) - place(kept[kept.length - 1])) >= gap) kept.push(next);
  return kept;
};

export const nothing = (box, text) => {
  const paragraph = document.createElement("p");
  paragraph.className = "none";
  paragraph.textContent = text;
  box.replaceChildren(paragraph);
};

// Both axes are in log-odds: at a base rate of a half percent a linear scale would be one dot in a corner.
export const reliability = (box, bins) => {
  if (!bins.length) return nothing(box, "No mature labels in this span.");
  const missed = bins.filter((bin) => isOff(bin)).length;
  const { svg, width } = frame(box, 372,
    `Reliability diagram of ${bins.length} groups; the 95 % interval of ${missed} of them misses the diagonal.`);
  const [left, right, top, bottom] = [54, width - 12, 10, 292];
  const edges = bins.flatMap((bin) => [bin.meanPredicted, bin.observedRate, ...bin.observedRateCI])
    .filter((p) => p > 0 && p < 1).map(logit);
  const [low, high] = [Math.min(...edges) - 0.3, Math.max(...edges) + 0.3];
  const [x, y] = [scale(low, high, left, right), scale(low, high, bottom, top)];
  const at = (p) => clamp(p <= 0 ? low : p >= 1 ? high : logit(p), low, high);
  const inside = probabilityTicks.filter((p) => logit(p) > low && logit(p) < high);

  for (const p of spaced(inside, (p) => x(logit(p)), 46)) {
    svg.append(element("line", { class: "grid", x1: x(logit(p)), x2: x(logit(p)), y1: top, y2: bottom }),
      label(x(logit(p)), bottom + 17, tick(p)));
  }
  for (const p of spaced(inside, (p) => y(logit(p)), 26)) {
    svg.append(element("line", { class: "grid", x1: left, x2: right, y1: y(logit(p)), y2: y(logit(p)) }),
      label(left - 7, y(logit(p)) + 4, tick(p), "end"));
  }
  svg.append(element("line", { class: "truth", x1: x(low), y1: y(low), x2: x(high), y2: y(high) }),
    label(left, 366, "promised →, labels below", "start"), label(left + 6, top + 10, "↑ observed", "start"));

  const most = Math.max(...bins.map((bin) => bin.count));
  for (const bin of bins) {
    const [px, py] = [x(at(bin.meanPredicted)), y(at(bin.observedRate))];
    const tall = Math.max(1, (28 * bin.count) / most);
    svg.append(element("g", { class: isOff(bin) ? "off" : "" },
      element("title", {}, `promised ${probability(bin.meanPredicted)}, observed ${probability(bin.observedRate)} of ${whole(bin.count)}`),
      element("line", { class: "whisker", x1: px, x2: px, y1: y(at(bin.observedRateCI[0])), y2: y(at(bin.observedRateCI[1])) }),
      element("circle", { class: "point", cx: px, cy: py, r: 4 }),
      element("rect", { class: "count", x: px - 4, width: 8, y: 350 - tall, height: tall })));
  }
};

export const isOff = (bin) => bin.meanPredicted < bin.observedRateCI[0] || bin.meanPredicted > bin.observedRateCI[1];

const spans = [60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800].map((s) => s * 1000);

const timeTicks = (from, to, most) => {
  const span = spans.find((s) => (to - from) / s <= most) ?? spans[spans.length - 1];
  // Whole hours of the reader's zone, not of UTC.
  const offset = new Date(from).getTimezoneOffset() * 60000;
  const ticks = [];
  for (let t = Math.ceil((from - offset) / span) * span + offset; t <= to; t += span) ticks.push(t);
  return { ticks, hasDays: to - from > 86400000 || span >= 86400000 };
};

/** Observed over promised of a pane, with the ends that its interval gives. */
export const turned = (pane) => ({
  ratio: pane.predictedPositives > 0 ? pane.positives / pane.predictedPositives : null,
  ends: pane.calibrationRatioCI && pane.calibrationRatioCI[0] > 0
    ? [1 / pane.calibrationRatioCI[1], 1 / pane.calibrationRatioCI[0]] : null,
});

export const ratio = (box, panes, alarms, reference) => {
  const points = panes.map((pane) => ({ ...turned(pane), start: Date.parse(pane.start), span: pane.seconds * 1000 }))
    .filter((point) => point.ratio !== null);
  if (!points.length) return nothing(box, "No mature labels in this span.");
  const [from, to] = [points[0].start, points[points.length - 1].start + points[points.length - 1].span];
  const shown = alarms.filter((alarm) => Date.parse(alarm.time) >= from && Date.parse(alarm.time) <= to);
  const last = points[points.length - 1];
  const { svg, width } = frame(box, 372,
    `Observed over promised from ${clock(new Date(from), reference)} to ${clock(new Date(to), reference)}, last ${fixed(last.ratio)}; ${shown.length} alarms.`);
  const [left, right, top, bottom] = [42, width - 12, 26, 340];
  const bounds = points.flatMap((point) => point.ends ?? []).filter((r) => r > 0).map(Math.log).sort((a, b) => a - b);
  const quantile = (q) => (bounds.length ? bounds[Math.floor(q * (bounds.length - 1))] : 0);
  // Every ratio is inside; of the intervals, which are wild where labels are few, all but the widest.
  const ratios = points.filter((point) => point.ends && point.ratio > 0).map((point) => Math.abs(Math.log(point.ratio)));
  const reach = Math.min(2.1, 1.1 * Math.max(0.1, Math.abs(quantile(0.03)), Math.abs(quantile(0.97)), ...ratios));
  const [x, y] = [scale(from, to, left, right), scale(-reach, reach, bottom, top)];
  const at = (r) => y(clamp(r > 0 ? Math.log(r) : -reach, -reach, reach));

  // From 1 outwards, so that 1 is always there.
  const inside = (ticks) => ticks.filter((r) => Math.abs(Math.log(r)) < reach);
  const above = spaced(inside([1, 1.1, 1.25, 1.5, 2, 4, 8]), at, 24);
  const below = spaced(inside([1, 0.9, 0.8, 0.67, 0.5, 0.25, 0.125]), at, 24);
  for (const r of new Set([...above, ...below])) {
    svg.append(element("line", { class: "grid", x1: left, x2: right, y1: at(r), y2: at(r) }), label(left - 7, at(r) + 4, String(r), "end"));
  }
  const { ticks, hasDays } = timeTicks(from, to, Math.max(2, Math.floor((right - left) / 84)));
  for (const instant of ticks) {
    const text = clock(new Date(instant), hasDays ? null : new Date(instant)).replace(/ \d{4}(?= )/, "");
    svg.append(element("line", { class: "grid", x1: x(instant), x2: x(instant), y1: top, y2: bottom }),
      label(clamp(x(instant), left + 10, right - 30), bottom + 18, hasDays && text.endsWith("00:00") ? text.replace(" 00:00", "") : text.replace(/^\d+ \w+ /, "")));
  }
  svg.append(element("line", { class: "truth", x1: left, x2: right, y1: at(1), y2: at(1) }));
  for (const point of points) {
    if (!point.ends) continue;
    svg.append(element("rect", { class: "band", x: x(point.start), width: Math.max(1, x(point.start + point.span) - x(point.start)),
      y: at(point.ends[1]), height: Math.max(0.5, at(point.ends[0]) - at(point.ends[1])) }));
  }
  const middle = (point) => `${x(point.start + point.span / 2).toFixed(1)},${at(point.ratio).toFixed(1)}`;
  let path = "";
  points.forEach((point, i) => {
    const isNext = i > 0 && point.start - points[i - 1].start <= 1.5 * point.span;
    path += (isNext ? "L" : "M") + middle(point);
  });
  svg.append(element("path", { class: "curve", d: path }));
  let written = -Infinity;
  for (const alarm of [...shown].reverse()) {
    const [ax, onset] = [x(Date.parse(alarm.time)), Date.parse(alarm.onset)];
    if (onset >= from) svg.append(element("line", { class: "onset", x1: x(onset), x2: x(onset), y1: top, y2: bottom }));
    svg.append(element("line", { class: "alarm", x1: ax, x2: ax, y1: top, y2: bottom }),
      element("path", { class: "alarm-head", d: `M${ax - 5},${top - 8}h10l-5,8z` }));
    if (ax - written > 90) {
      const isLeft = ax > (left + right) / 2;
      svg.append(label(ax + (isLeft ? -9 : 9), top - 2, `alarm ${clock(new Date(alarm.time), reference)}`, isLeft ? "end" : "start", "alarm-text"));
      written = ax;
    }
  }
};

/** Neighbouring bins of a sixteenth of a nat, joined until there are few enough to see. */
export const joined = (scores, most = 48) => {
  if (!scores.length) return [];
  const edge = 1 / 16;
  const [low, high] = [scores[0].logit, scores[scores.length - 1].logit + edge];
  const step = edge * Math.max(1, Math.ceil((high - low) / edge / most));
  const bars = Array.from({ length: Math.ceil((high - low) / step - 1e-9) }, (_, i) => ({ low: low + i * step, high: low + (i + 1) * step, count: 0 }));
  for (const score of scores) bars[Math.floor((score.logit - low) / step + 1e-9)].count += score.count;
  return bars;
};

export const sigmoid = (s) => 1 / (1 + Math.exp(-s));

export const scores = (box, bins) => {
  const bars = joined(bins);
  if (!bars.length) return nothing(box, "No mature labels in the last two days.");
  const total = bars.reduce((sum, bar) => sum + bar.count, 0);
  const [low, high] = [bars[0].low, bars[bars.length - 1].high];
  const { svg, width } = frame(box, 200,
    `Served scores of ${whole(total)} labels, from ${probability(sigmoid(low))} to ${probability(sigmoid(high))}.`);
  const [left, right, top, bottom] = [54, width - 12, 10, 168];
  const most = Math.max(...bars.map((bar) => bar.count));
  const [x, y] = [scale(low, high, left, right), scale(0, most, bottom, top)];
  for (const count of [most / 2, most]) {
    const rounded = Number(count.toPrecision(2));
    if (y(rounded) < 0) continue;
    svg.append(element("line", { class: "grid", x1: left, x2: right, y1: y(rounded), y2: y(rounded) }), label(left - 7, y(rounded) + 4, whole(rounded), "end"));
  }
  for (const p of spaced(probabilityTicks.filter((p) => logit(p) > low && logit(p) < high), (p) => x(logit(p)), 46)) {
    svg.append(label(x(logit(p)), bottom + 17, tick(p)));
  }
  for (const bar of bars) {
    if (!bar.count) continue;
    svg.append(element("rect", { class: "count", x: x(bar.low) + 0.5, width: Math.max(1, x(bar.high) - x(bar.low) - 1),
      y: Math.min(bottom - 1, y(bar.count)), height: Math.max(1, bottom - y(bar.count)) },
    element("title", {}, `${probability(sigmoid(bar.low))} to ${probability(sigmoid(bar.high))}: ${whole(bar.count)}`)));
  }
  svg.append(element("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom }));
};

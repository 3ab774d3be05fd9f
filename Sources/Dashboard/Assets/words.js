// Numbers and times as text, and the verdict as a sentence.

const missing = "–";
const narrow = "\u202f";

export const fixed = (x, digits = 3) => (x === null || x === undefined ? missing : x.toFixed(digits).replace("-", "\u2212"));

export const whole = (n) =>
  n === null || n === undefined ? missing : Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, narrow);

export const interval = (ends, digits = 3) =>
  ends ? `${fixed(ends[0], digits)}\u00a0to\u00a0${fixed(ends[1], digits)}` : missing;

// A probability keeps three figures, however small.
export const probability = (p) => {
  if (p === null || p === undefined) return missing;
  if (p === 0) return "0 %";
  const percent = 100 * p;
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(percent))));
  return `${percent.toFixed(digits)}${narrow}%`;
};

/** Three figures of a number that may be small. */
export const figures = (x) => {
  if (x === null || x === undefined) return missing;
  if (x === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x))));
  return digits > 6 ? x.toExponential(1).replaceAll("-", "\u2212") : fixed(x, Math.max(digits, 3));
};

/** A round probability of an axis. */
export const tick = (p) => `${Number((100 * p).toPrecision(6))}${narrow}%`;

/** An expected count: one decimal while it is small. */
export const expected = (x) => (x < 100 ? fixed(x, 1) : whole(x));

export const duration = (seconds) => {
  if (seconds === null || seconds === undefined) return missing;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86400)} d`;
};

export const instant = (text) => {
  const milliseconds = text === null ? NaN : Date.parse(text);
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds);
};

const two = (n) => String(n).padStart(2, "0");
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The hour and minute, with the day where it is another than the reference's. */
export const clock = (date, reference) => {
  if (!date) return missing;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (reference && date.toDateString() === reference.toDateString()) return time;
  const year = reference && date.getFullYear() === reference.getFullYear() ? "" : ` ${date.getFullYear()}`;
  return `${date.getDate()} ${months[date.getMonth()]}${year} ${time}`;
};

const percent = (share) => (share < 0.1 ? (100 * share).toFixed(1) : (100 * share).toFixed(0)) + " %";

export const names = {
  underPredicting: "under-predicting", overPredicting: "over-predicting",
  overconfident: "overconfident", underconfident: "underconfident",
};

const effects = {
  underPredicting: "More positives come than are promised.",
  overPredicting: "Fewer positives come than are promised.",
  overconfident: "High scores are too high and low ones too low.",
  underconfident: "High scores are too low and low ones too high.",
};

export const signs = {
  tooEarly: "…", calibrated: "✓", underPredicting: "▲", overPredicting: "▼", overconfident: "◆", underconfident: "◇",
};

/** "Under-predicting by 18 % since 14:05 in campaign=women". */
export const sentence = (verdict, reference) => {
  if (verdict.state === "tooEarly") return "Too early to say";
  if (verdict.state === "calibrated") return "Calibrated";
  let text = names[verdict.state];
  text = text[0].toUpperCase() + text.slice(1);
  const ratio = verdict.observedOverPredicted;
  const isLevel = verdict.state === "underPredicting" || verdict.state === "overPredicting";
  // By 18 %: 18 % more came than were promised, or 18 % more were promised than came.
  const excess = verdict.state === "underPredicting" ? ratio - 1 : 1 / ratio - 1;
  if (isLevel && ratio > 0 && excess > 0) text += ` by ${percent(excess)}`;
  if (verdict.since) text += ` since ${clock(instant(verdict.since), reference)}`;
  if (verdict.slice) text += ` in ${verdict.slice}`;
  return text;
};

export const because = (verdict, calibration, span) => {
  const ratio = `observed over promised ${span}: ${fixed(calibration.observedOverPredicted)}`
    + (calibration.observedOverPredictedCI ? ` (95\u00a0%: ${interval(calibration.observedOverPredictedCI)})` : "");
  if (verdict.state === "tooEarly") {
    return `${whole(calibration.labelled)} mature labels, ${whole(calibration.positives)} of them positive: no statement holds yet.`;
  }
  if (verdict.state === "calibrated") return `No alarm stands; ${ratio}.`;
  const since = verdict.observedOverPredictedCI
    ? ` Since then observed over promised is ${fixed(verdict.observedOverPredicted)} (95\u00a0%: ${interval(verdict.observedOverPredictedCI)}).`
    : "";
  return effects[verdict.state] + since;
};

// How many works from each year; drawing over the bars, or moving the two knobs, keeps a span.

import { count, years } from "./data.js";
import { chosen, refilter, shown } from "./filter.js";
import { inks } from "./draw.js";

const timeBox = document.getElementById("time");
const bars = document.getElementById("bars");
const [from, to] = ["from", "to"].map((name) => document.getElementById(name));
const yearWords = document.getElementById("years");
const ever = document.getElementById("ever");
let low = Infinity, high = -Infinity, unknown = 0;

for (let i = 0; years && i < count; i++) {
  if (years[i] === null) unknown += 1;
  else [low, high] = [Math.min(low, years[i]), Math.max(high, years[i])];
}
export const hasTime = high > low;

const place = (px) => Math.round(low + (Math.min(Math.max(px, 0), bars.clientWidth) / bars.clientWidth) * (high - low));

const keep = (a, b) => {
  const [first, last] = [Math.min(a, b), Math.max(a, b)];
  chosen.years = first <= low && last >= high ? null : [first, last];
  from.value = first;
  to.value = last;
  refilter();
};

export const showTime = () => {
  if (!hasTime) return;
  const [first, last] = chosen.years ?? [low, high], missing = unknown ? `, ${unknown} works without a year` : "";
  yearWords.textContent = chosen.years ? `${first}–${last}` : `${first}–${last}${missing}`;
  ever.hidden = !chosen.years;
  from.setAttribute("aria-valuetext", `from ${first}`);
  to.setAttribute("aria-valuetext", `to ${last}`);
  drawBars(first, last);
};

const AXIS = 46; // where the bars end and the numbers begin

const drawBars = (first, last) => {
  const dense = Math.min(devicePixelRatio || 1, 2.5), wide = bars.clientWidth, tall = bars.clientHeight;
  bars.width = Math.round(wide * dense);
  bars.height = Math.round(tall * dense);
  const context = bars.getContext("2d");
  context.scale(dense, dense);
  const bins = Math.max(1, Math.min(high - low + 1, Math.floor(wide / 4))), all = new Array(bins).fill(0), here = new Array(bins).fill(0);
  const bin = (year) => Math.min(bins - 1, Math.floor(((year - low) / (high - low + 1)) * bins));
  for (let i = 0; i < count; i++) if (years[i] !== null) {
    all[bin(years[i])] += 1;
    here[bin(years[i])] += shown[i];
  }
  const most = Math.max(...all), step = wide / bins;
  const bar = (k, amount, ink) => {
    const height = amount ? 2 + Math.sqrt(amount / most) * (AXIS - 6) : 0; // a root, so that few works can be seen
    context.fillStyle = ink;
    context.fillRect(k * step + 0.5, AXIS - height, Math.max(1, step - 1), height);
  };
  for (let k = 0; k < bins; k++) {
    bar(k, all[k], inks.quiet);
    bar(k, here[k], inks.soft);
  }
  const at = (year) => ((year - low) / (high - low)) * wide;
  ticks(context, at, wide);
  context.fillStyle = inks.line;
  context.fillRect(0, AXIS - 1, wide, 1);
  context.fillStyle = inks.mark;
  context.fillRect(at(first), AXIS - 1.5, Math.max(1, at(last) - at(first)), 2);
};

const ticks = (context, at, wide) => {
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].find((years) => (years / (high - low)) * wide > 56) ?? 1000;
  context.fillStyle = inks.soft;
  context.font = `11px ${inks.sans}`;
  context.textAlign = "center";
  for (let year = Math.ceil(low / step) * step; year <= high; year += step) {
    if (at(year) > 14 && at(year) < wide - 14) context.fillText(String(year), at(year), AXIS + 18);
  }
};

export const startTime = () => {
  if (!hasTime) return;
  timeBox.hidden = false;
  for (const [field, value] of [[from, low], [to, high]]) Object.assign(field, { min: low, max: high, step: 1, value: String(value) });
  for (const field of [from, to]) field.addEventListener("input", () => keep(Number(from.value), Number(to.value)));
  ever.addEventListener("click", () => { keep(low, high); from.focus(); });
  let begun = null;
  bars.addEventListener("pointerdown", (event) => {
    begun = place(event.offsetX);
    bars.setPointerCapture(event.pointerId);
  });
  bars.addEventListener("pointermove", (event) => { if (begun !== null) keep(begun, place(event.offsetX)); });
  for (const end of ["pointerup", "pointercancel"]) bars.addEventListener(end, () => { begun = null; });
};

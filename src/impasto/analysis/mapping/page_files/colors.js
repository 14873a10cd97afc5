// Colors for labels: twelve that are told apart by most eyes, gray for the rest; a ramp for numbers.

import { columns, count, hues, means, ramp, rest } from "./data.js";

export const colored = { column: -1, rgb: new Uint8Array(means) };

const rgbOf = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));

export const hueOf = (code) => (code >= 0 && code < hues.length ? hues[code] : rest);

export const rampAt = (t) => {
  const place = Math.min(Math.max(t, 0), 1) * (ramp.length - 1), k = Math.min(Math.floor(place), ramp.length - 2);
  return ramp[k].map((low, c) => Math.round(low + (ramp[k + 1][c] - low) * (place - k)));
};

export const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;

const colorOf = (column, i) => {
  if (column.kind === "category") return rgbOf(hueOf(column.codes[i]));
  const value = column.numbers[i];
  return value === null ? rgbOf(rest) : rampAt((value - column.low) / (column.high - column.low || 1));
};

export const colorBy = (number) => {
  colored.column = number;
  if (number < 0) return void colored.rgb.set(means);
  for (let i = 0; i < count; i++) colored.rgb.set(colorOf(columns[number], i), 3 * i);
};

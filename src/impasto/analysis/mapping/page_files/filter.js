// Which works are shown: those that fit the search, the ticked values, the limits and the years.

import { columns, count, titles, valueOf, years } from "./data.js";

export const shown = new Uint8Array(count).fill(1);
export const chosen = { words: "", values: new Map(), limits: new Map(), years: null, number: count };

const listeners = [];
export const onFilter = (listener) => listeners.push(listener);

export const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

let hay = null; // made when somebody first searches
const haystack = () =>
  (hay ??= titles.map((title, i) =>
    folded([title, ...columns.map((column) => valueOf(column, i) ?? "")].join(" \n "))));

const fits = (i, words, tests) => words.every((word) => haystack()[i].includes(word)) && tests.every((test) => test(i));

const tests = () => {
  const made = [];
  for (const [column, codes] of chosen.values) if (codes.size) made.push((i) => codes.has(columns[column].codes[i]));
  for (const [column, [low, high]] of chosen.limits) {
    const { numbers } = columns[column];
    made.push((i) => numbers[i] !== null && numbers[i] >= low && numbers[i] <= high);
  }
  if (chosen.years) made.push((i) => years[i] !== null && years[i] >= chosen.years[0] && years[i] <= chosen.years[1]);
  return made;
};

export const refilter = () => {
  const words = folded(chosen.words).split(/\s+/).filter(Boolean), made = tests();
  chosen.number = 0;
  for (let i = 0; i < count; i++) chosen.number += shown[i] = fits(i, words, made) ? 1 : 0;
  for (const listener of listeners) listener();
};

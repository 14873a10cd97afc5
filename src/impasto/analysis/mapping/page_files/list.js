// The works as a list, by title: for those who would rather read, and for screen readers.

import { count, lineOf, titles } from "./data.js";
import { chosen, shown } from "./filter.js";
import { element } from "./legend.js";

const EACH = 40;
const listBox = document.getElementById("works");
const list = document.getElementById("list");
const [before, after] = ["before", "after"].map((name) => document.getElementById(name));
let page = 0, opened = () => {};

const item = (i) => {
  const button = element("button", titles[i], { type: "button" }), line = lineOf(i);
  if (line) button.append(element("small", line));
  button.addEventListener("click", () => opened(i, button));
  const entry = element("li");
  entry.append(button);
  return entry;
};

export const showList = (first = false) => {
  if (first) page = 0;
  if (!listBox.open) return;
  const from = page * EACH, part = [];
  for (let i = 0, seen = 0; i < count && part.length < EACH; i++) if (shown[i] && seen++ >= from) part.push(i);
  list.replaceChildren(...part.map(item));
  list.start = from + 1;
  before.disabled = page === 0;
  after.disabled = from + EACH >= chosen.number;
  const range = part.length ? `${from + 1}–${from + part.length} of ${chosen.number}` : "none";
  document.getElementById("range").textContent = range;
};

export const startList = (open) => {
  opened = open;
  listBox.addEventListener("toggle", () => showList());
  for (const [button, step] of [[before, -1], [after, 1]]) {
    button.addEventListener("click", () => {
      page += step;
      showList();
      list.querySelector("button")?.focus();
    });
  }
};

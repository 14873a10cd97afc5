// One work, and all that is known of it.

import { alike, columns, likenesses, lineOf, links, titles, valueOf } from "./data.js";
import { drawWork, proportion, whenSharp } from "./atlas.js";
import { element } from "./legend.js";

const workBox = document.getElementById("work");
const portrait = document.getElementById("picture");
const name = document.getElementById("name");
let back = null, went = () => {};

export const isOpen = () => !workBox.hidden;

const paint = async (canvas, i, side) => {
  const [wide, high] = proportion(i), dense = Math.min(devicePixelRatio || 1, 2.5);
  canvas.width = Math.max(1, Math.round(side * wide * dense));
  canvas.height = Math.max(1, Math.round(side * high * dense));
  canvas.style.width = `${side * wide}px`;
  canvas.dataset.work = i;
  const context = canvas.getContext("2d");
  const once = (sharp) => {
    if (canvas.dataset.work !== String(i)) return;
    context.imageSmoothingQuality = "high";
    const full = side * dense;
    drawWork(context, i, (canvas.width - full) / 2, (canvas.height - full) / 2, full, sharp);
  };
  once(false);
  await whenSharp(i);
  once(true);
};

const isAddress = (text) => /^https?:\/\/[^\s]+$/i.test(text);

const shownValue = (text) => {
  const cell = element("dd");
  if (isAddress(text)) cell.append(element("a", text, { href: text, target: "_blank", rel: "noopener noreferrer" }));
  else cell.textContent = text;
  return cell;
};

const likeness = (i) => {
  const button = element("button", "", { type: "button", title: titles[i] }), canvas = element("canvas");
  button.setAttribute("aria-label", [titles[i], lineOf(i)].filter(Boolean).join(", "));
  canvas.setAttribute("aria-hidden", "true");
  paint(canvas, i, 84);
  button.append(canvas);
  button.addEventListener("click", () => went(i));
  const item = element("li");
  item.append(button);
  return item;
};

export const openWork = (i, from = null) => {
  if (from) back = from;
  workBox.hidden = false;
  workBox.scrollTop = 0;
  name.textContent = titles[i];
  portrait.setAttribute("aria-label", `Picture of ${titles[i]}`);
  paint(portrait, i, Math.min(318, innerHeight * (innerWidth <= 760 ? 0.3 : 0.42)));
  const known = columns.map((column) => [column.name, valueOf(column, i)]).filter(([, value]) => value !== null);
  document.getElementById("known").replaceChildren(...known.flatMap(([word, value]) => [element("dt", word), shownValue(value)]));
  const file = links[i] ? [element("a", "Open the file", { href: links[i], target: "_blank", rel: "noopener noreferrer" })] : [];
  document.getElementById("open").replaceChildren(...file);
  const others = Array.from(alike.subarray(i * likenesses, (i + 1) * likenesses));
  document.getElementById("likeness").hidden = !others.length;
  document.getElementById("alike").replaceChildren(...others.map(likeness));
  name.focus({ preventScroll: true });
};

export const closeWork = () => {
  if (workBox.hidden) return;
  workBox.hidden = true;
  (back?.isConnected ? back : document.getElementById("map")).focus({ preventScroll: true });
  back = null;
};

export const startDetail = (go) => {
  went = go;
  document.getElementById("close").addEventListener("click", closeWork);
  workBox.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    closeWork();
  });
};

// Pointer, keys, and what belongs together.

import { cells, count, lineOf, start, titles, workAt } from "./data.js";
import { begin, cover, everything, fromX, fromY, isIn, onMove, pan, room, seek, toX, toY, view, zoomAt, zoomBy } from "./view.js";
import { following, isWay, nearestTo, neighbor } from "./walk.js";
import { chosen, onFilter, refilter, shown } from "./filter.js";
import { loadSmall } from "./atlas.js";
import { findSpots, frames, marked, readTheme, redraw, resize } from "./draw.js";
import { offerColors, showChips, showLegend } from "./legend.js";
import { showList, startList } from "./list.js";
import { hasTime, showTime, startTime } from "./timeline.js";
import { closeWork, isOpen, openWork, startDetail } from "./detail.js";

const byId = (name) => document.getElementById(name);
const map = byId("map"), tip = byId("tip"), side = byId("side"), panel = byId("panel"), find = byId("find");
const number = new Intl.NumberFormat("en");

const isNarrow = () => innerWidth <= 760;

const say = (text) => { byId("said").textContent = text; };

const choose = (i, scale = 0) => {
  if (i < 0) return;
  measureCover();
  marked.chosen = i;
  if (scale || !isIn(i)) seek(i, scale || view.scale);
  say([titles[i], lineOf(i)].filter(Boolean).join(", "));
  redraw();
};

const open = (i, from = null) => {
  openWork(i, from);
  choose(i);
};

const visit = (i, from = null) => {
  if (isNarrow()) togglePanel(false);
  openWork(i, from);
  choose(i, Math.max(view.scale, 90));
};

const measureCover = () => {
  const work = byId("work");
  cover.right = isOpen() && !isNarrow() ? work.offsetWidth + 20 : 0;
  cover.bottom = isOpen() && isNarrow() ? Math.max(0, work.offsetHeight - room.bottom) : 0;
};

const togglePanel = (on) => {
  side.classList.toggle("open", on);
  find.setAttribute("aria-expanded", String(on));
  find.textContent = on ? "Map" : "Find";
};

// Leave room for what lies over the map.
const clearRoom = () => {
  const narrow = isNarrow(), below = hasTime ? byId("time").offsetHeight : 0;
  document.documentElement.style.setProperty("--below", `${below}px`);
  document.documentElement.style.setProperty("--left", `${narrow ? 0 : side.offsetWidth}px`);
  room.left = narrow ? 0 : side.offsetWidth;
  room.top = narrow ? document.querySelector("header").offsetHeight : 0;
  room.bottom = below;
};

const laidOut = () => {
  clearRoom();
  resize();
  showTime();
  redraw();
};

onFilter(() => {
  byId("count").textContent =
    chosen.number === count ? `${number.format(count)} works` : `${number.format(chosen.number)} of ${number.format(count)} works`;
  if (marked.chosen >= 0 && !shown[marked.chosen]) marked.chosen = -1;
  showChips();
  showList(true);
  showTime();
  findSpots();
  redraw();
});

const step = (key) => {
  const now = marked.chosen;
  if (now < 0) return choose(nearestTo(view.x, view.y, shown));
  const next = neighbor(now, key, shown);
  if (next < 0) say("No work farther that way");
  else choose(next);
};

const SHIFTS = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
const KEYS = {
  "+": () => zoomBy(1.5, ...middle()),
  "=": () => zoomBy(1.5, ...middle()),
  "-": () => zoomBy(1 / 1.5, ...middle()),
  0: everything,
  Home: () => choose(following(-1, 1, shown)),
  End: () => choose(following(count, -1, shown)),
  PageDown: () => choose(following(marked.chosen, 1, shown)),
  PageUp: () => choose(following(Math.max(marked.chosen, 0), -1, shown)),
  Enter: () => marked.chosen >= 0 && open(marked.chosen, map),
  " ": () => marked.chosen >= 0 && open(marked.chosen, map),
  "/": () => { if (isNarrow()) togglePanel(true); byId("search").focus(); },
  Escape: () => {
    if (isOpen()) closeWork();
    else { marked.chosen = -1; say("Nothing chosen"); redraw(); }
  },
};
const middle = () => (marked.chosen >= 0 ? [cells[2 * marked.chosen], cells[2 * marked.chosen + 1]] : [view.x, view.y]);

map.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = isWay(event.key) ? (event.shiftKey ? () => pan(...SHIFTS[event.key]) : () => step(event.key)) : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const under = (event) => {
  const bounds = map.getBoundingClientRect(), x = event.clientX - bounds.left, y = event.clientY - bounds.top;
  const exact = workAt(Math.round(fromX(x)), Math.round(fromY(y)));
  if (exact >= 0 && shown[exact]) return exact;
  const near = view.scale < 9 ? nearestTo(fromX(x), fromY(y), shown) : -1;
  return near >= 0 && Math.hypot(toX(cells[2 * near]) - x, toY(cells[2 * near + 1]) - y) < 9 ? near : -1;
};

const hover = (event) => {
  const i = under(event);
  map.classList.toggle("over", i >= 0);
  if (i !== marked.over) redraw();
  marked.over = i;
  tip.hidden = i < 0;
  if (i < 0) return;
  tip.textContent = [titles[i], lineOf(i)].filter(Boolean).join(", ");
  const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
  const top = event.clientY + 18 + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18;
  tip.style.transform = `translate(${left}px, ${top}px)`;
};

const fingers = new Map();
let travelled = 0;

map.addEventListener("pointerdown", (event) => {
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  map.setPointerCapture(event.pointerId);
  if (fingers.size === 1) travelled = 0;
  tip.hidden = true;
});

map.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return event.pointerType === "mouse" ? hover(event) : undefined;
  const dx = event.clientX - before.x, dy = event.clientY - before.y, other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
  travelled += Math.abs(dx) + Math.abs(dy);
  if (other) {
    const was = Math.hypot(before.x - other.x, before.y - other.y), is = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    pan(dx / 2, dy / 2);
    zoomAt((event.clientX + other.x) / 2, (event.clientY + other.y) / 2, is / Math.max(was, 1));
  } else if (travelled > 4) {
    map.classList.add("dragged");
    pan(dx, dy);
  }
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
});

const lifted = (event) => {
  const alone = fingers.size === 1 && travelled <= 4 && event.type === "pointerup";
  fingers.delete(event.pointerId);
  map.classList.remove("dragged");
  if (!alone) return;
  const i = under(event);
  if (i >= 0) open(i, map);
  else closeWork();
};
map.addEventListener("pointerup", lifted);
map.addEventListener("pointercancel", lifted);
map.addEventListener("pointerleave", () => { tip.hidden = true; marked.over = -1; redraw(); });
map.addEventListener("wheel", (event) => {
  event.preventDefault();
  tip.hidden = true;
  const lines = event.deltaMode === 1 ? 30 : 1;
  zoomAt(event.clientX, event.clientY, Math.exp(-Math.max(-240, Math.min(240, event.deltaY * lines)) * (event.ctrlKey ? 0.01 : 0.0022)));
}, { passive: false });
map.addEventListener("dblclick", (event) => zoomBy(2, fromX(event.clientX), fromY(event.clientY)));

byId("nearer").addEventListener("click", () => zoomBy(1.6, ...middle()));
byId("farther").addEventListener("click", () => zoomBy(1 / 1.6, ...middle()));
byId("all").addEventListener("click", everything);
find.addEventListener("click", () => togglePanel(!side.classList.contains("open")));
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isNarrow()) { togglePanel(false); find.focus(); }
});

let typing = 0;
byId("search").addEventListener("input", (event) => {
  chosen.words = event.target.value;
  clearTimeout(typing);
  typing = setTimeout(refilter, 120);
});
byId("search").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  clearTimeout(typing);
  refilter();
  const first = following(-1, 1, shown);
  if (first >= 0 && chosen.words) visit(first, byId("search"));
});

addEventListener("resize", laidOut);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readTheme(); laidOut(); });
onMove(redraw);

readTheme();
offerColors(start, () => { findSpots(); redraw(); });
showLegend();
startList(visit);
startTime();
startDetail(visit);
clearRoom();
resize();
begin();
refilter();
loadSmall().then(() => {
  redraw();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    performance.mark("drawn");
    document.documentElement.dataset.drawn = "true";
  }));
});

// For tests and benchmarks: what stands where, without reading pixels.
const at = (i) => [toX(cells[2 * i]), toY(cells[2 * i + 1])];
globalThis.impasto = { at, cells, count, everything, frames, marked, neighbor, shown, titles, view, zoomAt };

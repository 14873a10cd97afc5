// Where one looks: the middle in cells, and how many pixels a cell has.

import { cells, count } from "./data.js";

export const view = { x: 0, y: 0, scale: 10, width: 1, height: 1, dense: 1, moved: 0 };
export const room = { left: 0, top: 0, right: 0, bottom: 0 }; // what always lies over the map
export const cover = { right: 0, bottom: 0 }; // what lies over it now, beyond that
const still = matchMedia("(prefers-reduced-motion: reduce)");

let lowX = Infinity, lowY = Infinity, highX = -Infinity, highY = -Infinity;
for (let i = 0; i < count; i++) {
  lowX = Math.min(lowX, cells[2 * i]);
  highX = Math.max(highX, cells[2 * i]);
  lowY = Math.min(lowY, cells[2 * i + 1]);
  highY = Math.max(highY, cells[2 * i + 1]);
}

const centerX = () => (room.left + view.width - room.right) / 2;
const centerY = () => (room.top + view.height - room.bottom) / 2;

export const toX = (x) => centerX() + (x - view.x) * view.scale;
export const toY = (y) => centerY() + (y - view.y) * view.scale;
export const fromX = (px) => view.x + (px - centerX()) / view.scale;
export const fromY = (py) => view.y + (py - centerY()) / view.scale;

const widest = () => {
  const across = (view.width - room.left - room.right) / (highX - lowX + 3);
  const down = (view.height - room.top - room.bottom) / (highY - lowY + 3);
  return Math.max(0.5, Math.min(across, down, 200));
};
const limited = (scale) => Math.min(Math.max(scale, widest() * 0.7), 340);

let changed = () => {};
export const onMove = (listener) => { changed = listener; };

let flight = 0;
const stop = () => { cancelAnimationFrame(flight); flight = 0; };

const set = (x, y, scale) => {
  view.x = Math.min(Math.max(x, lowX - 1), highX + 1);
  view.y = Math.min(Math.max(y, lowY - 1), highY + 1);
  view.scale = limited(scale);
  view.moved = performance.now();
  changed();
};

export const pan = (dx, dy) => { stop(); set(view.x - dx / view.scale, view.y - dy / view.scale, view.scale); };

export const zoomAt = (px, py, factor) => {
  stop();
  const x = fromX(px), y = fromY(py), scale = limited(view.scale * factor);
  set(x - (px - centerX()) / scale, y - (py - centerY()) / scale, scale);
};

// Go there in a quarter of a second; at once for those who want no motion.
export const fly = (x, y, scale = view.scale) => {
  stop();
  const from = { ...view }, to = limited(scale), begun = performance.now();
  if (still.matches) return set(x, y, to);
  const frame = (now) => {
    const t = Math.min(1, (now - begun) / 260), e = 1 - (1 - t) ** 3;
    set(from.x + (x - from.x) * e, from.y + (y - from.y) * e, from.scale * (to / from.scale) ** e);
    flight = t < 1 ? requestAnimationFrame(frame) : 0;
  };
  flight = requestAnimationFrame(frame);
};

export const zoomBy = (factor, x = view.x, y = view.y) => fly(x, y, view.scale * factor);
export const everything = () => fly((lowX + highX) / 2, (lowY + highY) / 2, widest());
export const begin = () => set((lowX + highX) / 2, (lowY + highY) / 2, widest());

export const isIn = (i) => {
  const px = toX(cells[2 * i]), py = toY(cells[2 * i + 1]), edge = Math.min(60, view.scale * 0.7);
  return (
    px > room.left + edge && px < view.width - room.right - cover.right - edge &&
    py > room.top + edge && py < view.height - room.bottom - cover.bottom - edge
  );
};

// Bring a work into the middle of what can be seen.
export const seek = (i, scale = view.scale) => {
  const to = limited(scale);
  fly(cells[2 * i] + cover.right / 2 / to, cells[2 * i + 1] + cover.bottom / 2 / to, to);
};

// Going from work to work by keyboard.

import { cells, count } from "./data.js";

const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

// The nearest work in a direction: within 45 degrees of it, otherwise anywhere on that side.
export const neighbor = (i, key, shown) => {
  const [ax, ay] = WAYS[key];
  let best = -1, least = Infinity;
  for (let j = 0; j < count; j++) {
    if (!shown[j] || j === i) continue;
    const dx = cells[2 * j] - cells[2 * i], dy = cells[2 * j + 1] - cells[2 * i + 1];
    const ahead = dx * ax + dy * ay, aside = Math.abs(dx * ay + dy * ax);
    if (ahead <= 0) continue;
    const far = aside <= ahead ? ahead * ahead + aside * aside : 1e9 + ahead * ahead + 4 * aside * aside;
    if (far < least) { least = far; best = j; }
  }
  return best;
};

export const nearestTo = (x, y, shown) => {
  let best = -1, least = Infinity;
  for (let j = 0; j < count; j++) {
    const far = (cells[2 * j] - x) ** 2 + (cells[2 * j + 1] - y) ** 2;
    if (shown[j] && far < least) { least = far; best = j; }
  }
  return best;
};

// The next work by title, round and round.
export const following = (i, step, shown) => {
  for (let k = 1; k <= count; k++) {
    const j = (((i + step * k) % count) + count) % count;
    if (shown[j]) return j;
  }
  return -1;
};

export const isWay = (key) => key in WAYS;

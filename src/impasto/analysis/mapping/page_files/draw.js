// One frame: specks from far away, small pictures nearer, large ones close by; only what is in view.

import { cells, columns, count, names, small, valueOf } from "./data.js";
import { fromX, fromY, room, toX, toY, view } from "./view.js";
import { colored, css } from "./colors.js";
import { drawWork, isWaiting, loadWanted, onArrival, proportion } from "./atlas.js";
import { shown } from "./filter.js";

const PICTURES_FROM = 7; // device pixels a cell from which on works are drawn as pictures
const CROWD = 2500; // works that are drawn as pictures while the map moves; of more, specks
const FEW = 500; // works that are drawn as large pictures while it moves; of more, small ones
const PART = 0.9; // of a cell that a work fills
const canvas = document.getElementById("canvas");
const context = canvas.getContext("2d", { alpha: false });

export const marked = { chosen: -1, over: -1 };
const theme = {};

export const readTheme = () => {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["ground", "ink", "mark", "quiet", "soft", "line", "serif", "sans"]) theme[name] = style.getPropertyValue(`--${name}`).trim();
  for (const name of ["ground", "quiet"]) theme[`${name}Rgb`] = [1, 3, 5].map((k) => parseInt(theme[name].slice(k, k + 2), 16));
};
export const inks = theme;

let asked = 0, later = 0, settled = -1;
export const frames = { count: 0, time: 0 };

const frame = () => {
  asked = 0;
  const begun = performance.now();
  draw();
  frames.count += 1;
  frames.time = performance.now() - begun;
};

export const redraw = () => { asked ||= requestAnimationFrame(frame); };
onArrival(redraw);

// The map came to rest: draw it sharp, and decode what is still missing.
const settle = () => {
  settled = view.moved;
  redraw();
};

export const resize = () => {
  view.dense = Math.min(devicePixelRatio || 1, 2.5);
  view.width = canvas.clientWidth;
  view.height = canvas.clientHeight;
  canvas.width = Math.round(view.width * view.dense);
  canvas.height = Math.round(view.height * view.dense);
};

const draw = () => {
  const isStill = view.moved === settled;
  context.setTransform(1, 0, 0, 1, 0, 0);
  const moving = isStill ? 0 : inView();
  if (view.scale * view.dense < PICTURES_FROM || moving > CROWD) specks();
  else pictures(isStill, moving < FEW);
  context.setTransform(view.dense, 0, 0, view.dense, 0, 0);
  rings();
  labels();
  clearTimeout(later);
  if (!isStill) later = setTimeout(settle, 130);
  else if (isWaiting()) loadWanted();
};

const edges = () => [fromX(-view.scale), fromX(view.width + view.scale), fromY(-view.scale), fromY(view.height + view.scale)];

// How many works are in view; counting ends where more make no difference.
const inView = () => {
  const [left, right, top, bottom] = edges();
  let seen = 0;
  for (let i = 0; i < count && seen <= CROWD; i++) {
    const x = cells[2 * i], y = cells[2 * i + 1];
    if (x >= left && x <= right && y >= top && y <= bottom) seen += 1;
  }
  return seen;
};

let sheet = null, words = null;
const word = ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r;

// Many thousands of squares, written by hand: their edges are soft, so that nothing flickers.
const specks = () => {
  const { width, height } = canvas, side = view.scale * view.dense * (view.scale > 4 ? PART : 1);
  if (sheet?.width !== width || sheet?.height !== height) {
    sheet = new ImageData(width, height);
    words = new Uint32Array(sheet.data.buffer);
  }
  words.fill(word(theme.groundRgb));
  const shaped = view.scale * view.dense >= PICTURES_FROM;
  for (let i = 0; i < count; i++) if (!shown[i]) speck(i, side * (shaped ? 0.25 : 0.6), false, ...theme.quietRgb);
  for (let i = 0; i < count; i++) {
    if (shown[i]) speck(i, side, shaped, colored.rgb[3 * i], colored.rgb[3 * i + 1], colored.rgb[3 * i + 2]);
  }
  context.putImageData(sheet, 0, 0);
};

const speck = (i, side, shaped, r, g, b) => {
  const { data, width, height } = sheet, x = toX(cells[2 * i]) * view.dense, y = toY(cells[2 * i + 1]) * view.dense;
  if (x - side >= width || y - side >= height || x + side <= 0 || y + side <= 0) return;
  const [wide, high] = shaped ? proportion(i) : [1, 1], left = x - (side * wide) / 2, top = y - (side * high) / 2;
  const right = Math.min(left + side * wide, width), bottom = Math.min(top + side * high, height), full = word([r, g, b]);
  for (let row = Math.max(0, Math.floor(top)); row < bottom; row++) {
    const tall = Math.min(row + 1, bottom) - Math.max(row, top);
    for (let column = Math.max(0, Math.floor(left)); column < right; column++) {
      const part = tall * (Math.min(column + 1, right) - Math.max(column, left)), k = row * width + column;
      if (part > 0.996) { words[k] = full; continue; }
      data[4 * k] += (r - data[4 * k]) * part;
      data[4 * k + 1] += (g - data[4 * k + 1]) * part;
      data[4 * k + 2] += (b - data[4 * k + 2]) * part;
    }
  }
};

const pictures = (isStill, large) => {
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = isStill ? "high" : "low";
  context.setTransform(view.dense, 0, 0, view.dense, 0, 0);
  const side = view.scale * PART, sharp = large && view.scale * view.dense > small.side * 1.25;
  const [left, right, top, bottom] = edges();
  for (let i = 0; i < count; i++) {
    const x = cells[2 * i], y = cells[2 * i + 1];
    if (x < left || x > right || y < top || y > bottom) continue;
    if (shown[i]) picture(i, toX(x) - side / 2, toY(y) - side / 2, side, sharp);
    else faint(toX(x), toY(y), side * 0.25);
  }
};

const faint = (x, y, side) => {
  context.fillStyle = theme.quiet;
  context.fillRect(x - side / 2, y - side / 2, side, side);
};

const picture = (i, x, y, side, sharp) => {
  const tint = css([colored.rgb[3 * i], colored.rgb[3 * i + 1], colored.rgb[3 * i + 2]]);
  let edge = 0;
  if (colored.column >= 0) {
    edge = Math.min(4, Math.max(1.4, side * 0.07));
    const [wide, high] = proportion(i), inner = side - 2 * edge;
    const w = inner * wide + 2 * edge, h = inner * high + 2 * edge;
    context.fillStyle = tint;
    context.fillRect(x + (side - w) / 2, y + (side - h) / 2, w, h);
  }
  if (!drawWork(context, i, x + edge, y + edge, side - 2 * edge, sharp)) {
    context.fillStyle = tint;
    context.fillRect(x, y, side, side);
  }
};

const ring = (i, color, wide) => {
  if (i < 0) return;
  const side = Math.max(view.scale * PART, 10), [w, h] = proportion(i);
  const dx = Math.max(side * w, 8) + 6, dy = Math.max(side * h, 8) + 6;
  const x = toX(cells[2 * i]) - dx / 2, y = toY(cells[2 * i + 1]) - dy / 2;
  context.lineWidth = wide + 3;
  context.strokeStyle = theme.ground;
  context.strokeRect(x, y, dx, dy);
  context.lineWidth = wide;
  context.strokeStyle = color;
  context.strokeRect(x, y, dx, dy);
};

const rings = () => {
  if (marked.over !== marked.chosen) ring(marked.over, theme.ink, 1);
  ring(marked.chosen, theme.mark, 3);
};

let spots = [];

// Where the name of a value stands: in the thickest crowd of its works.
export const findSpots = () => {
  const number = colored.column >= 0 ? colored.column : names, column = columns[number];
  spots = column?.kind === "category" ? column.values.slice(0, 60).map((value, code) => spotOf(column, value, code)) : [];
  spots = spots.filter((spot) => spot.crowd >= 3).sort((a, b) => b.crowd - a.crowd);
};

const BIN = 4;
const spotOf = (column, value, code) => {
  const bins = new Map();
  for (let i = 0; i < count; i++) {
    if (column.codes[i] !== code || !shown[i]) continue;
    const key = `${Math.floor(cells[2 * i] / BIN)},${Math.floor(cells[2 * i + 1] / BIN)}`;
    const bin = bins.get(key) ?? { n: 0, x: 0, y: 0 };
    bins.set(key, { n: bin.n + 1, x: bin.x + cells[2 * i], y: bin.y + cells[2 * i + 1] });
  }
  let best = { value, crowd: 0, x: 0, y: 0 };
  for (const key of bins.keys()) {
    const [bx, by] = key.split(",").map(Number), sum = { n: 0, x: 0, y: 0 };
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) {
      const bin = bins.get(`${bx + dx},${by + dy}`);
      if (bin) { sum.n += bin.n; sum.x += bin.x; sum.y += bin.y; }
    }
    if (sum.n > best.crowd) best = { value, crowd: sum.n, x: sum.x / sum.n, y: sum.y / sum.n };
  }
  return best;
};

const labels = () => {
  if (view.scale > 44 || !spots.length) return;
  const size = view.width < 760 ? 13 : 16, placed = [];
  context.font = `italic ${size}px ${theme.serif}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { value, x, y } of spots) {
    const text = value.length > 28 ? `${value.slice(0, 27)}…` : value;
    const px = toX(x), py = toY(y), half = context.measureText(text).width / 2 + 6;
    const box = [px - half, py - size, px + half, py + size];
    if (box[0] < room.left || box[2] > view.width || box[1] < room.top || box[3] > view.height - room.bottom) continue;
    if (placed.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) continue;
    placed.push(box);
    context.lineWidth = 4.5;
    context.strokeStyle = theme.ground;
    context.strokeText(text, px, py);
    context.fillStyle = theme.ink;
    context.fillText(text, px, py);
    if (placed.length >= 30) break;
  }
};

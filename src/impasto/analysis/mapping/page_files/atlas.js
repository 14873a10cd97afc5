// The works' pictures, many on a sheet; a sheet is decoded when it is needed and forgotten later.

import { bytesOf, large, sizes, small, tiles } from "./data.js";

const KEPT = 16; // sheets of the large pictures in memory
const AT_ONCE = 2;

// The script begins before the rest of the page, with the large pictures, was read.
const arrivedWhole = new Promise((done) => {
  if (document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", done, { once: true });
});

const bitmap = async (sheet, number, kind) => {
  if (sheet.files) {
    const image = new Image();
    image.src = sheet.files[number];
    await image.decode();
    return createImageBitmap(image);
  }
  if (kind === "large") await arrivedWhole;
  const text = document.getElementById(`${kind}-${number}`).textContent;
  return createImageBitmap(new Blob([bytesOf(text)]));
};

let arrived = () => {};
export const onArrival = (listener) => { arrived = listener; };

const smallSheets = [];
export const loadSmall = async () => {
  for (let k = 0; k < small.sheets; k++) smallSheets[k] = await bitmap(small, k, "small");
};

const sheets = new Map(); // number -> bitmap, the one used last at the end
const wanted = new Map(); // number -> how many pixels wait for it
const lost = new Set();
let loading = 0;

const load = async (number) => {
  loading += 1;
  try {
    sheets.set(number, await bitmap(large, number, "large"));
    if (sheets.size > KEPT) {
      const [oldest, forgotten] = sheets.entries().next().value;
      sheets.delete(oldest);
      forgotten.close();
    }
  } catch {
    lost.add(number); // the folder beside the page is not there: the small pictures stay
  }
  loading -= 1;
  arrived();
};

// Ask for the sheets that this frame missed, the one most missed first.
export const loadWanted = () => {
  const list = [...wanted].sort((a, b) => b[1] - a[1]).slice(0, KEPT - 2);
  wanted.clear();
  for (const [number] of list) if (loading < AT_ONCE) load(number);
};
export const isWaiting = () => wanted.size > 0;

const largeSheet = (number) => {
  const found = sheets.get(number);
  if (found) {
    sheets.delete(number);
    sheets.set(number, found);
  } else if (!lost.has(number)) wanted.set(number, (wanted.get(number) ?? 0) + 1);
  return found;
};

export const proportion = (i) => {
  const longer = Math.max(sizes[2 * i], sizes[2 * i + 1]);
  return [sizes[2 * i] / longer, sizes[2 * i + 1] / longer];
};

// Draw a work's picture into a square of this side, whole and in its middle.
export const drawWork = (context, i, x, y, side, sharp) => {
  const big = sharp && largeSheet(Math.floor(tiles[i] / large.each));
  const from = big ? large : small;
  const sheet = big || smallSheets[Math.floor(tiles[i] / small.each)];
  if (!sheet) return false;
  const place = tiles[i] % from.each, factor = Math.min(1, from.side / Math.max(sizes[2 * i], sizes[2 * i + 1]));
  const w = Math.max(1, Math.floor(sizes[2 * i] * factor + 0.5)), h = Math.max(1, Math.floor(sizes[2 * i + 1] * factor + 0.5));
  const [wide, high] = proportion(i), dw = side * wide, dh = side * high;
  context.drawImage(
    sheet, (place % from.across) * from.side, Math.floor(place / from.across) * from.side, w, h,
    x + (side - dw) / 2, y + (side - dh) / 2, dw, dh,
  );
  return true;
};

export const whenSharp = async (i) => {
  const number = Math.floor(tiles[i] / large.each);
  if (!sheets.has(number) && !lost.has(number)) await load(number);
};

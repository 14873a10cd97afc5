// What is on the map: read once from the page, never changed.

const given = JSON.parse(document.getElementById("data").textContent);

export const bytesOf = (text) => {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
};

const numbers = (text, Kind) => new Kind(bytesOf(text).buffer);

export const titles = given.titles; // in their order, so that a work's number is its place in the list
export const count = titles.length;
export const links = given.links;
export const columns = given.columns; // {name, kind: "category" | "number" | "text", ...}
export const years = given.years; // a number a work, null where it isn't known; or null
export const start = given.start; // the column whose colors are shown first, or -1
export const names = given.names; // the column whose values stand on the map, or -1
export const cells = numbers(given.cells, Int32Array); // x, y
export const tiles = numbers(given.tiles, Int32Array); // where in the atlases its picture is
export const sizes = numbers(given.sizes, Uint16Array); // width, height in the large atlas
export const means = numbers(given.means, Uint8Array); // red, green, blue
export const alike = numbers(given.alike, Int32Array);
export const likenesses = count ? alike.length / count : 0;
export const large = given.large; // {side, across, each, files: [name] or null}
export const small = given.small;
export const { hues, rest, ramp } = given; // colors of labels, of all others, of numbers

const byCell = new Map();
for (let i = 0; i < count; i++) byCell.set(`${cells[2 * i]},${cells[2 * i + 1]}`, i);
export const workAt = (x, y) => byCell.get(`${x},${y}`) ?? -1;

export const valueOf = (column, i) => {
  if (column.kind === "category") return column.values[column.codes[i]] ?? null;
  return column.texts[i];
};

export const kinds = columns.filter((column) => column.kind === "category");

export const lineOf = (i) =>
  kinds
    .slice(0, 3)
    .map((column) => valueOf(column, i))
    .concat(years && years[i] !== null ? [String(years[i])] : [])
    .filter((value, k, all) => value !== null && all.indexOf(value) === k)
    .join(", ");

// What the colors mean; ticking a value keeps its works and dims the others.

import { columns, count } from "./data.js";
import { colored, colorBy, css, hueOf, rampAt } from "./colors.js";
import { chosen, refilter } from "./filter.js";

const MOST = 300; // values that are listed; the others are found by searching
const legend = document.getElementById("legend");
const chips = document.getElementById("chips");
const select = document.getElementById("color");

export const element = (name, text = "", parts = {}) => {
  const made = Object.assign(document.createElement(name), parts);
  if (text) made.textContent = text;
  return made;
};

export const offerColors = (begin, changed) => {
  select.append(element("option", "The works themselves", { value: "-1" }));
  columns.forEach((column, k) => {
    if (column.kind !== "text") select.append(element("option", column.name, { value: String(k) }));
  });
  select.value = String(begin);
  colorBy(begin);
  select.addEventListener("change", () => {
    colorBy(Number(select.value));
    showLegend();
    changed();
  });
};

export const showLegend = () => {
  legend.replaceChildren();
  const column = columns[colored.column];
  if (column?.kind === "category") legend.append(categories(column, colored.column));
  else if (column) legend.append(rampOf(column), limits(column, colored.column));
};

const categories = (column, number) => {
  const amounts = new Array(column.values.length).fill(0);
  for (let i = 0; i < count; i++) if (column.codes[i] >= 0) amounts[column.codes[i]] += 1;
  const group = element("fieldset"), values = element("div", "", { className: "values" });
  group.append(element("legend", "Tick to keep only these", { className: "heard" }));
  column.values.slice(0, MOST).forEach((value, code) => values.append(tick(number, value, code, amounts[code])));
  group.append(values);
  if (column.values.length > MOST) group.append(element("p", `and ${column.values.length - MOST} more: search for them`));
  return group;
};

const tick = (number, value, code, amount) => {
  const box = element("input", "", { type: "checkbox", checked: chosen.values.get(number)?.has(code) ?? false });
  box.addEventListener("change", () => {
    const codes = chosen.values.get(number) ?? new Set();
    if (box.checked) codes.add(code);
    else codes.delete(code);
    chosen.values.set(number, codes);
    refilter();
  });
  const swatch = element("i", "", { className: "swatch" });
  swatch.style.background = hueOf(code);
  const label = element("label", "", { title: value });
  label.append(box, swatch, element("span", value), element("b", String(amount), { className: "count" }));
  return label;
};

const rampOf = (column) => {
  const box = element("div"), canvas = element("canvas", "", { id: "ramp", width: 256, height: 1 });
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  for (let x = 0; x < 256; x++) {
    context.fillStyle = css(rampAt(x / 255));
    context.fillRect(x, 0, 1, 1);
  }
  const ends = element("div", "", { className: "ends" });
  ends.append(element("span", short(column.low)), element("span", short(column.high)));
  box.append(canvas, ends);
  return box;
};

const short = (value) => String(Number(value.toPrecision(6)));

const limits = (column, number) => {
  const box = element("div", "", { className: "limits" }), ends = [column.low, column.high];
  const fields = ["From", "To"].map((word, k) => {
    const now = chosen.limits.get(number)?.[k];
    const field = element("input", "", { type: "number", step: "any", value: now === undefined || now === ends[k] ? "" : now });
    field.placeholder = short(ends[k]);
    const label = element("label", word);
    label.append(field);
    box.append(label);
    return field;
  });
  box.addEventListener("input", () => {
    const [low, high] = fields.map((field, k) => (field.value === "" ? ends[k] : Number(field.value)));
    if (fields.every((field) => field.value === "")) chosen.limits.delete(number);
    else chosen.limits.set(number, [low, high]);
    refilter();
  });
  return box;
};

const chip = (text, forget) => {
  const button = element("button", `${text} ✕`, { type: "button" });
  button.setAttribute("aria-label", `Remove the filter ${text}`);
  button.addEventListener("click", () => {
    forget();
    showLegend();
    refilter();
    select.focus();
  });
  const item = element("li");
  item.append(button);
  return item;
};

export const showChips = () => {
  const made = [];
  for (const [number, codes] of chosen.values) for (const code of codes) {
    made.push(chip(`${columns[number].name}: ${columns[number].values[code]}`, () => codes.delete(code)));
  }
  for (const [number, [low, high]] of chosen.limits) {
    made.push(chip(`${columns[number].name}: ${short(low)} to ${short(high)}`, () => chosen.limits.delete(number)));
  }
  chips.replaceChildren(...made);
};

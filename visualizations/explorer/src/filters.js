// The filters, which are the legend too: what is drawn, in which colour and shape, how much of it.

import { count, el, glyph, swatch } from "./dom.js";
import { plural } from "./phrases.js";
import { scoreFilter, yearFilter } from "./ranges.js";
import { NONE } from "./visible.js";

const FIRST_COMMUNITIES = 10;

/** Build the side list; `current()` gives the filters, `change` is called after each change. */
export function bindFilters(container, model, current, change, colouring) {
  const lonely = lonelyRow(current, change);
  const kinds = kindGroup(model, current, change);
  kinds.element.append(lonely.element);
  const groups = [
    kinds,
    lonely,
    model.communities.length > 1 ? colourChoice(colouring) : null,
    typeGroup(model, current, change),
    communityGroup(model, current, change),
    yearFilter(model, current, change),
    scoreFilter(model, current, change),
  ].filter((group) => group !== null);
  container.replaceChildren(...groups.filter((group) => group !== lonely).map((group) => group.element));
  return {
    update(visible) {
      lonely.count.textContent = visible.shown.lonely.toLocaleString("en");
      for (const group of groups) group.redraw();
    },
  };
}

/** What the colours of the picture say; `get` and `set` of the choice are given. */
function colourChoice({ get, set }) {
  const choices = [
    ["kind", "Kind"],
    ["community", "Community"],
  ].map(([value, text]) => {
    const box = el("input", { type: "radio", name: "colouring", value, onchange: () => set(value) });
    return [value, box, el("label", { class: "row" }, box, el("span", {}, text))];
  });
  const element = el(
    "div",
    { role: "radiogroup", "aria-label": "Colour by", class: "filter" },
    el("h2", {}, "Colour by"),
    el("div", { class: "range" }, choices.map(([, , label]) => label)),
  );
  return { element, redraw: () => choices.forEach(([value, box]) => (box.checked = value === get())) };
}

function number(value) {
  return el("span", { class: "count" }, (value ?? 0).toLocaleString("en"));
}

function kindGroup(model, current, change) {
  const rows = model.kinds
    .filter((kind) => model.kindCounts.has(kind))
    .map((kind) => ({
      value: kind,
      parts: [glyph(kind), el("span", { class: "what" }, plural(kind)), number(model.kindCounts.get(kind))],
    }));
  return group("Nodes", "kinds", rows, current, change);
}

function typeGroup(model, current, change) {
  const rows = model.relations.map(({ name, meaning }) => ({
    value: name,
    hint: meaning,
    parts: [
      el("span", { class: "what" }, name.toLowerCase().replaceAll("_", " ")),
      number(model.typeCounts.get(name)),
    ],
  }));
  return group("Relations", "types", rows, current, change);
}

function communityGroup(model, current, change) {
  if (model.communities.length < 2) return null;
  const named = model.communities.reduce((total, { size }) => total + size, 0);
  const row = (value, name, size, short = name) => ({
    value,
    hint: `${name}: ${count(size, "node")} closely joined to one another`,
    parts: [swatch(value), el("span", { class: "what" }, short), number(size)],
    only: `Only ${name}`,
  });
  const rows = model.communities.map(({ name, size }, c) => row(c, name, size, model.communityInShort(c)));
  if (model.nodes.length > named) rows.push(row(NONE, "In none of these", model.nodes.length - named));
  return group("Communities", "communities", rows, current, change, FIRST_COMMUNITIES);
}

/** A group of check boxes over the set `current()[field]`; only the first rows show if there are many. */
function group(title, field, rows, current, change, limit = Infinity) {
  const boxes = new Map();
  const set = (values) => {
    current()[field] = new Set(values);
    change();
  };
  const elements = rows.map(({ value, hint, parts, only }, at) => {
    const box = el("input", { type: "checkbox", value, onchange: () => toggle(value, box.checked) });
    boxes.set(value, box);
    const label = el("label", { class: "row", title: hint }, box, parts);
    const button = only
      ? el("button", { type: "button", class: "only", "aria-label": only, onclick: () => set([value]) }, "only")
      : null;
    return el("div", { class: "choice", hidden: at >= limit }, label, button);
  });
  const toggle = (value, on) => {
    const chosen = new Set(current()[field]);
    if (on) chosen.add(value);
    else chosen.delete(value);
    set(chosen);
  };
  const all = (text, values) =>
    el("button", { type: "button", "aria-label": `${title}: ${text}`, onclick: () => set(values) }, text);
  const more = el("button", { type: "button", class: "more", hidden: rows.length <= limit }, `Show all ${rows.length}`);
  more.addEventListener("click", () => {
    for (const element of elements) element.hidden = false;
    more.hidden = true;
    elements[limit].querySelector("input").focus();
  });
  const element = el(
    "div",
    { role: "group", "aria-label": title, class: "filter" },
    el("div", { class: "filter-head" }, el("h2", {}, title), all("all", [...boxes.keys()]), all("none", [])),
    elements,
    more,
  );
  const redraw = () => {
    for (const [value, box] of boxes) box.checked = current()[field].has(value);
  };
  redraw();
  return { element, redraw };
}

function lonelyRow(current, change) {
  const box = el("input", { type: "checkbox" });
  box.addEventListener("change", () => {
    current().lonely = box.checked;
    change();
  });
  const total = number(0);
  const element = el(
    "label",
    { class: "row", title: "Nodes that none of the chosen relations reaches" },
    box,
    el("span", { class: "what" }, "Unconnected"),
    total,
  );
  return { element, count: total, redraw: () => (box.checked = current().lonely) };
}

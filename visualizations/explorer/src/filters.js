// The filters, which are the legend too: what is drawn, in which colour and shape, how much of it.

import { el, glyph } from "./dom.js";
import { plural } from "./phrases.js";

/** Build the side list; `change` is called after each change of `filters`. */
export function bindFilters(container, model, filters, change) {
  const kinds = model.kinds.filter((kind) => model.kindCounts.has(kind));
  const types = model.relations.map((relation) => relation.name);
  const kindGroup = group("Nodes", kinds, filters.kinds, change, (kind) => [
    glyph(kind),
    el("span", { class: "what" }, plural(kind)),
    el("span", { class: "count" }, model.kindCounts.get(kind).toLocaleString("en")),
  ]);
  const typeGroup = group(
    "Relations",
    types,
    filters.types,
    change,
    (type) => [
      el("span", { class: "what" }, type.toLowerCase().replaceAll("_", " ")),
      el("span", { class: "count" }, model.typeCounts.get(type).toLocaleString("en")),
    ],
    (type) => model.meanings.get(type),
  );
  const lonely = checkbox(filters.lonely, (on) => {
    filters.lonely = on;
    change();
  });
  const lonelyCount = el("span", { class: "count" });
  const lonelyRow = el(
    "label",
    { class: "row", title: "Nodes that none of the chosen relations reaches" },
    lonely,
    el("span", { class: "what" }, "Unconnected"),
    lonelyCount,
  );
  kindGroup.append(lonelyRow);
  container.replaceChildren(kindGroup, typeGroup, howToRead());
  return {
    update(visible) {
      lonelyCount.textContent = visible.shown.lonely.toLocaleString("en");
    },
    redraw() {
      lonely.checked = filters.lonely;
      for (const [set, boxes] of [[filters.kinds, kindGroup], [filters.types, typeGroup]]) {
        for (const box of boxes.querySelectorAll("input[value]")) box.checked = set.has(box.value);
      }
    },
  };
}

function group(title, values, chosen, change, describe, meaning = () => null) {
  const boxes = new Map();
  const rows = values.map((value) => {
    const box = checkbox(chosen.has(value), (on) => {
      if (on) chosen.add(value);
      else chosen.delete(value);
      change();
    });
    box.value = value;
    boxes.set(value, box);
    return el("label", { class: "row", title: meaning(value) }, box, describe(value));
  });
  const setAll = (on) => () => {
    for (const [value, box] of boxes) {
      box.checked = on;
      if (on) chosen.add(value);
      else chosen.delete(value);
    }
    change();
  };
  const button = (text, on) =>
    el("button", { type: "button", "aria-label": `${title}: ${text}`, onclick: setAll(on) }, text);
  return el(
    "div",
    { role: "group", "aria-label": title, class: "filter" },
    el("div", { class: "filter-head" }, el("h2", {}, title), button("all", true), button("none", false)),
    rows,
  );
}

function checkbox(checked, react) {
  const box = el("input", { type: "checkbox", onchange: () => react(box.checked) });
  box.checked = checked;
  return box;
}

function howToRead() {
  return el(
    "div",
    { class: "how" },
    el("h2", {}, "How to read it"),
    el("p", {}, "Colour and shape say what a node is, its size how many relations it has."),
    el("p", {}, "Behind every line stands at least one sentence of a paper: click the line to read it."),
    el("p", {}, "“mentions” is the weak relation, named in passing; it is off until you turn it on."),
  );
}

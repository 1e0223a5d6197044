// Search as you type: names and aliases, best first, by keyboard or by hand.

import { fold } from "./data.js";
import { el, glyph } from "./dom.js";

const LIMIT = 12;

/** What a search looks through: every name and alias, folded once. */
export function buildIndex(model) {
  return model.nodes.map((node) => [node.label, ...node.aliases].map(fold));
}

/** The best nodes for a query: `{ index, alias }`, alias being the other name that matched. */
export function search(model, index, query, limit = LIMIT) {
  const wanted = fold(query.trim());
  if (!wanted) return [];
  const hits = [];
  index.forEach((names, i) => {
    let best = 0;
    let at = 0;
    names.forEach((name, n) => {
      const quality = match(name, wanted) * (n === 0 ? 1 : 0.95);
      if (quality > best) [best, at] = [quality, n];
    });
    if (best > 0) hits.push({ index: i, quality: best, alias: at ? model.nodes[i].aliases[at - 1] : null });
  });
  hits.sort((a, b) => b.quality - a.quality || model.weight(b.index) - model.weight(a.index) || a.index - b.index);
  return hits.slice(0, limit);
}

function match(name, wanted) {
  if (name === wanted) return 4;
  if (name.startsWith(wanted)) return 3;
  const at = name.indexOf(wanted);
  if (at < 0) return 0;
  return /[\p{L}\p{N}]/u.test(name[at - 1]) ? 1 : 2;
}

/** Make the search box work: a combobox with a list of hits. */
export function bindSearch(input, list, model, choose) {
  const index = buildIndex(model);
  let hits = [];
  let active = -1;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  };
  const mark = (next) => {
    active = next;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", `hit-${active}`);
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };
  const pick = (i) => {
    const hit = hits[i];
    close();
    if (!hit) return;
    input.value = model.nodes[hit.index].label;
    choose(hit.index);
  };
  const update = () => {
    hits = search(model, index, input.value);
    list.replaceChildren(...hits.map((hit, i) => option(model, hit, i, pick)));
    if (!hits.length && input.value.trim()) {
      list.replaceChildren(el("li", { class: "none", role: "option", "aria-disabled": "true" }, "No name like this"));
    }
    list.hidden = !input.value.trim();
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (hits.length) mark(0);
  };

  input.addEventListener("input", update);
  input.addEventListener("focus", () => input.value.trim() && input.select());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      if (list.hidden) input.value = "";
      close();
      event.stopPropagation();
    } else if (event.key === "Enter") {
      pick(Math.max(active, 0));
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && input.value.trim()) {
      event.preventDefault();
      if (list.hidden) update();
      else if (hits.length) mark((active + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length);
    }
  });
}

function option(model, hit, i, pick) {
  const node = model.nodes[hit.index];
  return el(
    "li",
    {
      id: `hit-${i}`,
      role: "option",
      "aria-selected": "false",
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => pick(i),
    },
    glyph(node.kind),
    el("span", { class: "hit-name" }, node.label),
    el("span", { class: "hit-note" }, hit.alias === null ? node.kind : `${node.kind} · ${hit.alias}`),
  );
}

// What the page shows, kept in the fragment of its address: a copied link opens the same view.

import { COLUMNS } from "./columns.js";
import { defaultFilters, NONE } from "./visible.js";

const MANY_NODES = 3000;

/** What a page shows when it is opened without a fragment. */
export function openingState(model) {
  return {
    selection: null,
    view: "picture",
    filters: defaultFilters(model),
    focus: null,
    pins: new Set(),
    colouring: openingColouring(model),
    rows: { find: "", column: "relations", descending: true },
    at: null,
  };
}

/** Kinds cannot be made out one by one in a large picture, communities can. */
function openingColouring(model) {
  return model.nodes.length > MANY_NODES && model.communities.length > 1 ? "community" : "kind";
}

/** Read a fragment; what it says of nodes that are not here is passed over. */
export function readAddress(hash, model) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const state = openingState(model);
  const node = (name) => model.byId.get(fields.get(name));
  const edge = model.edgeById.get(fields.get("relation"));
  if (node("from") !== undefined && node("to") !== undefined) {
    state.selection = { kind: "path", index: node("from"), to: node("to") };
  } else if (node("node") !== undefined) state.selection = { kind: "node", index: node("node") };
  else if (edge !== undefined) state.selection = { kind: "edge", index: edge };
  if (fields.get("view") === "table") state.view = "table";
  readFilters(fields, model, state.filters);
  if (node("focus") !== undefined) {
    state.focus = { index: node("focus"), steps: fields.get("steps") === "2" ? 2 : 1 };
  }
  for (const id of fields.getAll("pin")) if (model.byId.has(id)) state.pins.add(model.byId.get(id));
  if (["kind", "community"].includes(fields.get("colour"))) state.colouring = fields.get("colour");
  readRows(fields, state.rows);
  const at = fields.get("at")?.split(",").map(Number) ?? [];
  if (at.length === 3 && at.every(Number.isFinite) && at[2] > 0) state.at = at;
  return state;
}

function readFilters(fields, model, filters) {
  const listed = (name) => fields.get(name)?.split(",") ?? null;
  const kinds = listed("kinds");
  if (kinds !== null) filters.kinds = new Set(model.kinds.filter((kind) => kinds.includes(kind)));
  const types = listed("types");
  const known = model.relations.map((relation) => relation.name);
  if (types !== null) filters.types = new Set(known.filter((type) => types.includes(type)));
  const communities = listed("communities");
  if (communities !== null) {
    const all = [...model.communities.keys(), NONE];
    filters.communities = new Set(all.filter((c) => communities.includes(c === NONE ? "none" : String(c))));
  }
  const years = /^(-?\d{1,6})\.\.(-?\d{1,6})$/.exec(fields.get("years") ?? "");
  if (years) filters.years = [Number(years[1]), Number(years[2])];
  const score = Number(fields.get("score"));
  if (score > 0 && score <= 1) filters.score = score;
  if (fields.has("unconnected")) filters.lonely = fields.get("unconnected") === "1";
}

function readRows(fields, rows) {
  rows.find = fields.get("find") ?? "";
  const sort = fields.get("sort") ?? "";
  const column = COLUMNS.find(({ name }) => name === sort.replace(/^-/, ""));
  if (column) Object.assign(rows, { column: column.name, descending: sort.startsWith("-") });
}

/** Write the same, shortest form first; an empty text for the opening view. */
export function writeAddress(state, model) {
  const { selection, view, filters, focus, pins, colouring, rows, at } = state;
  const opening = openingState(model);
  const fields = [];
  const add = (name, value) => fields.push(`${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`);
  const id = (i) => model.nodes[i].id;
  if (selection?.kind === "node") add("node", id(selection.index));
  if (selection?.kind === "edge") add("relation", model.edges[selection.index].id);
  if (selection?.kind === "path") {
    add("from", id(selection.index));
    add("to", id(selection.to));
  }
  if (view === "table") add("view", "table");
  for (const field of ["kinds", "types", "communities"]) {
    if (same(filters[field], opening.filters[field])) continue;
    add(field, [...filters[field]].sort().map((value) => (value === NONE ? "none" : value)).join(","));
  }
  if (filters.years !== null) add("years", filters.years.join(".."));
  if (filters.score > 0) add("score", filters.score);
  if (filters.lonely !== opening.filters.lonely) add("unconnected", filters.lonely ? 1 : 0);
  if (focus !== null) add("focus", id(focus.index));
  if (focus !== null && focus.steps !== 1) add("steps", focus.steps);
  for (const i of pins) add("pin", id(i));
  if (colouring !== opening.colouring) add("colour", colouring);
  if (rows.find) add("find", rows.find);
  const sort = (rows.descending ? "-" : "") + rows.column;
  if (sort !== "-relations") add("sort", sort);
  if (at !== null) add("at", at.map((part) => Number(part.toFixed(4))).join(","));
  return fields.length ? `#${fields.join("&")}` : "";
}

function same(one, other) {
  return one.size === other.size && [...one].every((value) => other.has(value));
}

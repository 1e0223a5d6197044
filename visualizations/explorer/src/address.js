// What the page shows, kept in the fragment of its address: a copied link opens the same thing.

/** Read `#node=ID`, `#relation=ID` and `view=table`. */
export function readAddress(hash, model) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const node = model.byId.get(fields.get("node"));
  const edge = model.edgeById.get(fields.get("relation"));
  let selection = null;
  if (node !== undefined) selection = { kind: "node", index: node };
  else if (edge !== undefined) selection = { kind: "edge", index: edge };
  return { selection, view: fields.get("view") === "table" ? "table" : "picture" };
}

/** Write the same, shortest form first; an empty text for the opening view. */
export function writeAddress({ selection, view }, model) {
  const fields = [];
  if (selection?.kind === "node") fields.push(`node=${encodeURIComponent(model.nodes[selection.index].id)}`);
  if (selection?.kind === "edge") fields.push(`relation=${encodeURIComponent(model.edges[selection.index].id)}`);
  if (view === "table") fields.push("view=table");
  return fields.length ? `#${fields.join("&")}` : "";
}

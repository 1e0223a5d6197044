// What the filters let through.

import { shortestPath, within } from "./paths.js";

/** Stands for a node that is in none of the named communities. */
export const NONE = -1;

/** The filters a page opens with: everything but the weak relations and nodes left alone. */
export function defaultFilters(model) {
  const types = new Set(model.relations.map((relation) => relation.name));
  if (types.size > 1) types.delete(model.weak);
  return {
    kinds: new Set(model.kinds),
    types,
    communities: new Set([...model.communities.keys(), NONE]),
    years: null,
    score: 0,
    lonely: model.edges.length === 0,
  };
}

/**
 * Which nodes and edges to draw: `nodes[i]` and `edges[i]` are 1 or 0, `listed[i]` says whether
 * the filters let a node through whatever its relations.
 *
 * A selected node is always drawn, with its relations: those of the chosen types or, if it has
 * none of these, all of them. So are pinned nodes and the shortest path, which is found among the
 * relations let through and, if there is none (`route.loose`), among all.
 */
export function computeVisible(model, filters, selection, { focus = null, pins = [] } = {}) {
  const nodes = new Uint8Array(model.nodes.length);
  const edges = new Uint8Array(model.edges.length);
  const listed = wantedNodes(model, filters);
  model.edges.forEach((edge, e) => {
    if (listed[edge.source] && listed[edge.target] && wantedEdge(model, filters, edge)) edges[e] = 1;
  });
  const route = selection?.kind === "path" ? findRoute(model, selection, edges) : null;
  if (focus !== null) {
    const near = within(model, focus.index, focus.steps, edges);
    listed.forEach((_, i) => near.has(i) || (listed[i] = 0));
    model.edges.forEach((edge, e) => (near.has(edge.source) && near.has(edge.target)) || (edges[e] = 0));
    listed[focus.index] = nodes[focus.index] = 1;
  }
  model.edges.forEach((edge, e) => edges[e] && reveal(edge, e, nodes, edges));
  const lonely = model.nodes.filter((_, i) => listed[i] && !nodes[i]).length;
  if (filters.lonely) listed.forEach((yes, i) => yes && (nodes[i] = 1));
  const shown = { nodes: sum(nodes), edges: sum(edges), lonely };
  for (const i of pins) nodes[i] = 1;
  if (selection?.kind === "node") {
    nodes[selection.index] = 1;
    const around = model.around[selection.index];
    const drawn = around.some((e) => edges[e]);
    for (const e of drawn ? [] : around) reveal(model.edges[e], e, nodes, edges);
  } else if (selection?.kind === "edge") {
    reveal(model.edges[selection.index], selection.index, nodes, edges);
  } else if (selection?.kind === "path") {
    nodes[selection.index] = nodes[selection.to] = 1;
    for (const e of route?.edges ?? []) reveal(model.edges[e], e, nodes, edges);
  }
  return { nodes, edges, listed, shown, route };
}

function wantedNodes(model, { kinds, communities, years }) {
  return Uint8Array.from(model.nodes, (node, i) => {
    if (!kinds.has(node.kind) || !communities.has(node.community ?? NONE)) return 0;
    if (years === null) return 1;
    if (node.kind === "Paper") return inYears(node.year, years) ? 1 : 0;
    return model.around[i].some((e) => saidIn(model, model.edges[e], years)) ? 1 : 0;
  });
}

function wantedEdge(model, { types, score, years }, edge) {
  return types.has(edge.type) && edge.score >= score && (years === null || saidIn(model, edge, years));
}

function saidIn(model, edge, years) {
  return edge.evidence.some(([paper]) => paper !== null && inYears(model.papers[paper].year, years));
}

function inYears(year, [first, last]) {
  return year !== null && year >= first && year <= last;
}

function findRoute(model, { index, to }, edges) {
  const strict = shortestPath(model, index, to, (e) => edges[e] === 1);
  if (strict !== null) return { ...strict, loose: false };
  const any = shortestPath(model, index, to, () => true);
  return any === null ? null : { ...any, loose: true };
}

function reveal(edge, e, nodes, edges) {
  edges[e] = 1;
  nodes[edge.source] = 1;
  nodes[edge.target] = 1;
}

function sum(flags) {
  return flags.reduce((total, flag) => total + flag, 0);
}

// What the filters let through.

/** The filters a page opens with: everything but the weak relations and nodes left alone. */
export function defaultFilters(model) {
  const types = new Set(model.relations.map((relation) => relation.name));
  if (types.size > 1) types.delete(model.weak);
  return { kinds: new Set(model.kinds), types, lonely: model.edges.length === 0 };
}

/**
 * Which nodes and edges to draw: `nodes[i]` and `edges[i]` are 1 or 0.
 *
 * A selected node is always drawn, with its relations: those of the chosen types or, if it has
 * none of these, all of them.
 */
export function computeVisible(model, filters, selection) {
  const nodes = new Uint8Array(model.nodes.length);
  const edges = new Uint8Array(model.edges.length);
  const wanted = model.nodes.map((node) => filters.kinds.has(node.kind));
  model.edges.forEach((edge, e) => {
    if (!filters.types.has(edge.type) || !wanted[edge.source] || !wanted[edge.target]) return;
    edges[e] = 1;
    nodes[edge.source] = 1;
    nodes[edge.target] = 1;
  });
  const lonely = model.nodes.filter((_, i) => wanted[i] && !nodes[i]).length;
  if (filters.lonely) wanted.forEach((yes, i) => yes && (nodes[i] = 1));
  const shown = { nodes: sum(nodes), edges: sum(edges), lonely };
  if (selection?.kind === "node") {
    nodes[selection.index] = 1;
    const around = model.around[selection.index];
    const drawn = around.some((e) => edges[e]);
    for (const e of drawn ? [] : around) reveal(model.edges[e], e, nodes, edges);
  } else if (selection?.kind === "edge") {
    reveal(model.edges[selection.index], selection.index, nodes, edges);
  }
  return { nodes, edges, shown };
}

function reveal(edge, e, nodes, edges) {
  edges[e] = 1;
  nodes[edge.source] = 1;
  nodes[edge.target] = 1;
}

function sum(flags) {
  return flags.reduce((total, flag) => total + flag, 0);
}

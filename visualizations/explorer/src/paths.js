// Walks through the graph: what lies within some steps of a node, and the shortest way to another.

/** The nodes that are at most so many steps away, over edges that are flagged; all edges if it has none. */
export function within(model, start, steps, edges) {
  const found = new Set([start]);
  let rim = [start];
  const bare = !model.around[start].some((e) => edges[e]);
  for (let step = 0; step < steps; step += 1) {
    const next = [];
    for (const i of rim) {
      for (const e of model.around[i]) {
        if (!edges[e] && !(bare && i === start)) continue;
        const far = model.other(model.edges[e], i);
        if (found.has(far)) continue;
        found.add(far);
        next.push(far);
      }
    }
    rim = next;
  }
  return found;
}

/** A shortest path as `{ nodes, edges }`, one more node than edges, or null; `allowed(e)` chooses edges. */
export function shortestPath(model, from, to, allowed) {
  const came = new Map([[from, null]]);
  let rim = [from];
  while (rim.length && !came.has(to)) {
    const next = [];
    for (const i of rim) {
      for (const e of model.around[i]) {
        const far = model.other(model.edges[e], i);
        if (came.has(far) || !allowed(e)) continue;
        came.set(far, e);
        next.push(far);
      }
    }
    rim = next;
  }
  if (!came.has(to)) return null;
  const nodes = [to];
  const edges = [];
  while (came.get(nodes[0]) !== null) {
    const e = came.get(nodes[0]);
    edges.unshift(e);
    nodes.unshift(model.other(model.edges[e], nodes[0]));
  }
  return { nodes, edges };
}

// The data of the page: unpacked from the page itself, indexed once.

/** Unpack the gzipped JSON that lies in base64 in an element of the page. */
export async function unpack(text) {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** Letters only: case, accents and width do not matter in a search. */
export function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
}

/** The graph as the page uses it: nodes and edges by number, with their neighbourhoods. */
export class Model {
  constructor(payload) {
    Object.assign(this, payload);
    this.weak = "MENTIONS";
    this.byId = new Map(this.nodes.map((node, i) => [node.id, i]));
    this.edgeById = new Map(this.edges.map((edge, i) => [edge.id, i]));
    this.around = this.nodes.map(() => []);
    this.edges.forEach((edge, i) => {
      this.around[edge.source].push(i);
      if (edge.target !== edge.source) this.around[edge.target].push(i);
    });
    this.meanings = new Map(this.relations.map((relation) => [relation.name, relation.meaning]));
    this.kindCounts = tally(this.nodes, (node) => node.kind);
    this.typeCounts = tally(this.edges, (edge) => edge.type);
    this.yearCounts = tally(this.papers, (paper) => paper.year);
    // The most connected first, things before papers: the order in which names deserve room.
    this.byWeight = this.nodes
      .map((_, i) => i)
      .sort((a, b) => this.weight(b) - this.weight(a) || a - b);
  }

  weight(i) {
    const node = this.nodes[i];
    return node.degree * (node.kind === "Paper" || node.kind === "Url" ? 0.25 : 1);
  }

  /** The name of a node's community; empty if it is in none that has a name. */
  communityName(node) {
    return node.community === null ? "" : this.communities[node.community].name;
  }

  /** The same in short: its two most central names. */
  communityInShort(c) {
    return this.communities[c].name.split(", ").slice(0, 2).join(", ");
  }

  /** The node at the other end of an edge. */
  other(edge, i) {
    return edge.source === i ? edge.target : edge.source;
  }

  /** Numbers of the papers that have a say about a node, newest first. */
  papersOf(i) {
    const found = new Set();
    for (const e of this.around[i]) {
      for (const [paper] of this.edges[e].evidence) if (paper !== null) found.add(paper);
    }
    const year = (p) => this.papers[p].year ?? 0;
    return [...found].sort((a, b) => year(b) - year(a) || compare(this.papers[a].title, this.papers[b].title));
  }
}

/** Compare texts for a reader: `a2` before `a10`, case apart. */
export const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;

function tally(items, key) {
  const counts = new Map();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

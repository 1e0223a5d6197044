// A payload by hand, as kg.pages.payload makes it.

export function payload() {
  const node = (id, label, kind, more = {}) => ({
    id,
    label,
    kind,
    aliases: [],
    year: null,
    href: null,
    code: null,
    degree: 1,
    community: null,
    x: 0,
    y: 0,
    ...more,
  });
  return {
    meta: { title: "T", nodes: 5, relations: 4, shown_nodes: 5, shown_relations: 4, note: "" },
    kinds: ["Paper", "Method", "Dataset", "Benchmark", "Task", "Metric", "Url"],
    relations: [
      { name: "USES", meaning: "u" },
      { name: "MENTIONS", meaning: "m" },
    ],
    nodes: [
      node("p1", "A paper on CQL", "Paper", { year: 2020, paper: 0, degree: 3, community: 0 }),
      node("m1", "CQL", "Method", { aliases: ["Conservative Q-Learning"], degree: 2, community: 0 }),
      node("m2", "Naïve Bayes", "Method", { degree: 1 }),
      node("d1", "D4RL", "Dataset", { degree: 1, community: 0 }),
      node("t1", "Lonely task", "Task", { degree: 0 }),
    ],
    communities: [{ name: "CQL, D4RL", size: 3 }],
    papers: [
      { title: "A paper on CQL", year: 2020, venue: null, authors: [], href: null, code: null, node: 0 },
      { title: "An older one", year: 2011, venue: null, authors: [], href: null, code: null, node: null },
    ],
    sentences: ["We use CQL.", "CQL on 𝒬 and D4RL."],
    edges: [
      { id: "e1", source: 0, target: 1, type: "USES", score: 1, evidence: [[0, 0, [7, 10], null, "", 1], [1, 0, null, null, "", 1]] },
      { id: "e2", source: 0, target: 3, type: "USES", score: 1, evidence: [[0, 1, [13, 17], [0, 3], "", 1]] },
      { id: "e3", source: 0, target: 2, type: "MENTIONS", score: 0.5, evidence: [[null, 0, null, null, "", 0.5]] },
      { id: "e4", source: 0, target: 1, type: "MENTIONS", score: 0.5, evidence: [[0, 0, [7, 10], null, "", 0.5]] },
    ],
  };
}

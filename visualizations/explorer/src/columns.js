// The columns of the table, under the names that the address uses for them.

export const COLUMNS = [
  { name: "name", title: "Name", value: (node) => node.label, numeric: false },
  { name: "kind", title: "Kind", value: (node) => node.kind, numeric: false },
  { name: "year", title: "Year", value: (node) => node.year ?? 0, numeric: true },
  { name: "relations", title: "Relations", value: (node) => node.degree, numeric: true },
  { name: "community", title: "Community", value: (node, model) => model.communityName(node), numeric: false },
  { name: "aliases", title: "Other names", value: (node) => node.aliases.join(", "), numeric: false },
];

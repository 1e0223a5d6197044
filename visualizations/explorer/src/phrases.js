// Relations in words: from the subject's side and from the object's.

const PHRASES = {
  INTRODUCES: ["introduces", "introduced by"],
  USES: ["uses", "used by"],
  EVALUATES_ON: ["evaluates on", "used for evaluation by"],
  MEASURES: ["reports", "reported by"],
  COMPARES_WITH: ["compares with", "compared with by"],
  ADDRESSES: ["addresses", "addressed by"],
  MENTIONS: ["mentions", "mentioned by"],
  LINKS_TO: ["links to", "linked by"],
  EVALUATED_ON: ["evaluated on", "methods evaluated on it"],
  TRAINED_ON: ["trained on", "methods trained on it"],
  OUTPERFORMS: ["outperforms", "outperformed by"],
  EXTENDS: ["extends", "extended by"],
  PART_OF: ["part of", "has the part"],
  APPLIED_TO: ["applied to", "methods applied to it"],
  MEASURED_BY: ["measured by", "measures"],
  AVAILABLE_AT: ["available at", "address of"],
};

/** The phrase of a relation type; unknown types are read as they are written. */
export function phrase(type, outgoing) {
  const plain = type.toLowerCase().replaceAll("_", " ");
  return (PHRASES[type] ?? [plain, `${plain} (from)`])[outgoing ? 0 : 1];
}

/** The same with a capital: a heading. */
export function heading(type, outgoing) {
  const words = phrase(type, outgoing);
  return words[0].toUpperCase() + words.slice(1);
}

const PLURALS = {
  Paper: "Papers",
  Method: "Methods",
  Dataset: "Datasets",
  Benchmark: "Benchmarks",
  Task: "Tasks",
  Metric: "Metrics",
  Url: "Links",
};

/** What several nodes of a kind are called. */
export function plural(kind) {
  return PLURALS[kind] ?? `${kind}s`;
}

const ADDRESS_KINDS = { project_page: "project page" };

/** What an address leads to, in words. */
export function addressKind(kind) {
  return ADDRESS_KINDS[kind] ?? kind ?? "link";
}

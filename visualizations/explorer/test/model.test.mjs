import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";

import { compare, fold, Model, unpack } from "../src/data.js";
import { webAddress } from "../src/dom.js";
import { pieces, sentencesOf } from "../src/evidence.js";
import { heading, phrase } from "../src/phrases.js";
import { buildIndex, search } from "../src/search.js";
import { computeVisible, defaultFilters } from "../src/visible.js";
import { payload } from "./graph.mjs";

const model = new Model(payload());
const names = (hits) => hits.map((hit) => model.nodes[hit.index].label);

test("data is unpacked from gzip and base64", async () => {
  const text = gzipSync(JSON.stringify({ name: "𝒬 </script>" })).toString("base64");
  assert.deepEqual(await unpack(`\n${text}\n`), { name: "𝒬 </script>" });
});

test("search folds case and accents and knows aliases", () => {
  const index = buildIndex(model);
  assert.deepEqual(names(search(model, index, "cql")), ["CQL", "A paper on CQL"]);
  assert.deepEqual(names(search(model, index, "NAIVE")), ["Naïve Bayes"]);
  const [hit] = search(model, index, "conservative q");
  assert.equal(model.nodes[hit.index].label, "CQL");
  assert.equal(hit.alias, "Conservative Q-Learning");
  assert.deepEqual(search(model, index, "  "), []);
  assert.deepEqual(search(model, index, "no such name"), []);
});

test("weak relations and nodes left alone are hidden at first", () => {
  const { nodes, edges, shown } = computeVisible(model, defaultFilters(model), null);
  assert.deepEqual([...edges], [1, 1, 0, 0]);
  assert.deepEqual([...nodes], [1, 1, 0, 1, 0]);
  assert.deepEqual(shown, { nodes: 3, edges: 2, lonely: 2 });
});

test("a selected node is shown with its relations, whatever the filters say", () => {
  const { nodes, edges } = computeVisible(model, defaultFilters(model), { kind: "node", index: 2 });
  assert.equal(nodes[2], 1);
  assert.deepEqual([...edges], [1, 1, 1, 0]);
});

test("a graph of weak relations only shows them", () => {
  const weak = payload();
  weak.relations = [{ name: "MENTIONS", meaning: "m" }];
  weak.edges = weak.edges.slice(2);
  const small = new Model(weak);
  assert.equal(computeVisible(small, defaultFilters(small), null).shown.edges, 2);
});

test("papers of a node come newest first, unknown ones are skipped", () => {
  assert.deepEqual(model.papersOf(1), [0, 1]);
  assert.deepEqual(model.papersOf(2), []);
});

test("spans count code points", () => {
  assert.deepEqual(pieces("CQL on 𝒬 and D4RL.", [[[13, 17], "object"], [[0, 3], "subject"]]), [
    ["CQL", "subject"],
    [" on 𝒬 and ", null],
    ["D4RL", "object"],
    [".", null],
  ]);
  assert.deepEqual(pieces("one", [[null, "object"], [undefined, "subject"]]), [["one", null]]);
  assert.deepEqual(pieces("abc", [[[0, 2], "object"], [[1, 3], "subject"]]), [["ab", "object"], ["c", null]]);
});

test("a sentence that names a thing twice is one sentence", () => {
  const rows = [[0, 7, [0, 3], null, "a", 0.5], [1, 7, [0, 3], null, "", 1], [0, 7, [9, 12], null, "", 1]];
  assert.deepEqual(sentencesOf({ evidence: rows }), [[rows[0], rows[2]], [rows[1]]]);
});

test("only web addresses become links", () => {
  assert.equal(webAddress("https://a.org/x").href, "https://a.org/x");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "//a.org", "file:///etc", "", null]) {
    assert.equal(webAddress(bad), null);
  }
});

test("phrases read from both sides, and unknown types too", () => {
  assert.equal(phrase("EVALUATES_ON", true), "evaluates on");
  assert.equal(heading("INTRODUCES", false), "Introduced by");
  assert.equal(phrase("NEW_TYPE", true), "new type");
});

test("folding and comparing suit a reader", () => {
  assert.equal(fold("ＬＳＴＭ Über"), "lstm uber");
  assert.ok(compare("a2", "a10") < 0);
});

// Filters, neighbourhoods, paths, the address, and the file of what is shown.

import assert from "node:assert/strict";
import test from "node:test";

import { openingState, readAddress, writeAddress } from "../src/address.js";
import { Model } from "../src/data.js";
import { shortestPath, within } from "../src/paths.js";
import { visibleGraph } from "../src/save.js";
import { computeVisible, defaultFilters, NONE } from "../src/visible.js";
import { payload } from "./graph.mjs";

const model = new Model(payload());
const filters = (changes) => ({ ...defaultFilters(model), ...changes });
const shown = (changes, selection = null, more = {}) => computeVisible(model, filters(changes), selection, more);

test("years let through what a paper of these years says", () => {
  assert.deepEqual([...shown({ years: [2020, 2020] }).edges], [1, 1, 0, 0]);
  const old = shown({ years: [2011, 2011] });
  assert.equal(old.shown.edges, 0);
  assert.deepEqual([...old.listed], [0, 1, 0, 0, 0]);
  assert.equal(shown({ years: [1900, 1950] }).shown.nodes, 0);
});

test("the least score is a score that stays", () => {
  const types = new Set(["USES", "MENTIONS"]);
  assert.equal(shown({ types, score: 0.5 }).shown.edges, 4);
  assert.equal(shown({ types, score: 0.55 }).shown.edges, 2);
});

test("communities let through the relations between their nodes", () => {
  assert.equal(shown({ communities: new Set([0]) }).shown.edges, 2);
  assert.equal(shown({ communities: new Set([NONE]), lonely: true }).shown.nodes, 2);
  assert.equal(shown({ communities: new Set() }).shown.nodes, 0);
});

test("a neighbourhood holds what is within its steps, and no more", () => {
  const all = new Uint8Array(4).fill(1);
  assert.deepEqual([...within(model, 1, 1, all)].sort(), [0, 1]);
  assert.deepEqual([...within(model, 1, 2, all)].sort(), [0, 1, 2, 3]);
  const near = shown({}, null, { focus: { index: 3, steps: 1 } });
  assert.deepEqual([...near.nodes], [1, 0, 0, 1, 0]);
  assert.deepEqual([...near.edges], [0, 1, 0, 0]);
  const alone = shown({}, null, { focus: { index: 4, steps: 2 } });
  assert.deepEqual([...alone.nodes], [0, 0, 0, 0, 1]);
});

test("pinned nodes stay, whatever the filters say", () => {
  assert.deepEqual([...shown({ kinds: new Set() }, null, { pins: new Set([2]) }).nodes], [0, 0, 1, 0, 0]);
});

test("the shortest path keeps to the relations drawn if it can", () => {
  const path = shown({}, { kind: "path", index: 1, to: 3 }).route;
  assert.deepEqual(path, { nodes: [1, 0, 3], edges: [0, 1], loose: false });
  const loose = shown({}, { kind: "path", index: 1, to: 2 });
  assert.equal(loose.route.loose, true);
  assert.equal(loose.edges[2], 1);
  assert.equal(shown({}, { kind: "path", index: 1, to: 4 }).route, null);
  assert.deepEqual(shortestPath(model, 1, 1, () => true), { nodes: [1], edges: [] });
});

test("the address keeps all that is shown", () => {
  const opening = openingState(model);
  assert.equal(writeAddress(opening, model), "");
  for (const changes of [
    {},
    { selection: { kind: "node", index: 1 } },
    { selection: { kind: "edge", index: 2 }, view: "table" },
    { selection: { kind: "path", index: 1, to: 3 } },
    { filters: filters({ kinds: new Set(["Paper", "Task"]), types: new Set(["MENTIONS"]), lonely: true }) },
    { filters: filters({ communities: new Set([NONE]), years: [2011, 2020], score: 0.35 }) },
    { filters: filters({ types: new Set(), communities: new Set() }) },
    { focus: { index: 2, steps: 2 }, pins: new Set([1, 3]), colouring: "community" },
    { rows: { find: "a, b & #c=d", column: "name", descending: false }, at: [0.25, -1.5, 0.125] },
  ]) {
    const state = { ...opening, ...changes };
    assert.deepEqual(readAddress(writeAddress(state, model), model), state);
  }
});

test("an address that says nonsense opens the page as it is", () => {
  const nonsense = "#node=gone&x=<b>&years=x..y&score=7&at=1,2&sort=-toString&focus=gone&pin=gone&from=m1&to=gone";
  assert.deepEqual(readAddress(nonsense, model), openingState(model));
});

test("what is saved holds names and sentences", () => {
  const graph = visibleGraph(model, shown({}));
  assert.deepEqual(graph.nodes.map((node) => node.id), ["p1", "m1", "d1"]);
  assert.equal(graph.nodes[1].community, "CQL, D4RL");
  assert.deepEqual(graph.relations.map(({ subject, predicate, object }) => [subject, predicate, object]), [
    ["p1", "USES", "m1"],
    ["p1", "USES", "d1"],
  ]);
  assert.equal(graph.relations[0].evidence[1].paper, "An older one");
});

import assert from "node:assert/strict";
import test from "node:test";

import { drawNames, shorten } from "../src/labels.js";

function fakeContext(written) {
  return {
    measureText: (text) => ({ width: text.length * 7 }),
    strokeText() {},
    fillText(text, x, y) {
      written.push([x, y - 8, x + text.length * 7, y + 8]);
    },
  };
}

test("names never lie on one another, and keep off what is reserved", () => {
  const spots = [];
  for (let i = 0; i < 400; i += 1) spots.push({ x: (i * 37) % 600, y: (i * 91) % 500, size: 5, text: `name ${i}`, strong: i < 20 });
  const written = [];
  const reserved = [100, 100, 300, 300];
  const many = drawNames(fakeContext(written), spots, [reserved], { width: 600, height: 500 }, { font: "x" });
  assert.equal(many, written.length);
  assert.ok(many > 15);
  const apart = (a, b) => a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
  written.forEach((a, i) => {
    assert.ok(apart(a, reserved));
    assert.ok(a[0] >= 0 && a[2] <= 600);
    for (const b of written.slice(i + 1)) assert.ok(apart(a, b));
  });
});

test("long names are cut at a word", () => {
  assert.equal(shorten("short"), "short");
  assert.equal(shorten("one two three four", 12), "one two…");
  assert.equal(shorten("x".repeat(50), 10), `${"x".repeat(10)}…`);
});

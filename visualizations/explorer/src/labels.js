// Names on the picture: the weightiest first, and none on top of another.

const CELL = 90;
const LONGEST = 38;
const PIXELS_PER_NAME = 9000;

/** Cut a long name at a word, with an ellipsis. */
export function shorten(text, longest = LONGEST) {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest);
  const space = cut.lastIndexOf(" ");
  return `${cut.slice(0, space > longest * 0.5 ? space : longest).trimEnd()}…`;
}

/** Boxes that are taken, found by the cells they touch. */
class Taken {
  constructor() {
    this.cells = new Map();
  }

  *cellsOf([x1, y1, x2, y2]) {
    for (let x = Math.floor(x1 / CELL); x <= Math.floor(x2 / CELL); x += 1) {
      for (let y = Math.floor(y1 / CELL); y <= Math.floor(y2 / CELL); y += 1) yield `${x},${y}`;
    }
  }

  free(box) {
    for (const cell of this.cellsOf(box)) {
      for (const other of this.cells.get(cell) ?? []) {
        if (box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]) return false;
      }
    }
    return true;
  }

  add(box) {
    for (const cell of this.cellsOf(box)) {
      if (!this.cells.has(cell)) this.cells.set(cell, []);
      this.cells.get(cell).push(box);
    }
  }
}

/**
 * Write names beside nodes.
 *
 * `spots` yields `{ x, y, size, text, strong }` in viewport pixels, the weightiest first; it is
 * read only until the room is used up. Boxes `[left, top, right, bottom]` in `reserved` stay free.
 */
export function drawNames(context, spots, reserved, { width, height }, theme) {
  const taken = new Taken();
  for (const box of reserved) taken.add(box);
  const most = Math.max(12, Math.round((width * height) / PIXELS_PER_NAME));
  let written = 0;
  let tried = 0;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const spot of spots) {
    if (written >= most || tried >= most * 12) break;
    tried += 1;
    const size = spot.strong ? 13 : 12;
    context.font = `${spot.strong ? 600 : 450} ${size}px ${theme.font}`;
    const text = shorten(spot.text);
    const box = place(spot, context.measureText(text).width, size, { width, height }, taken);
    if (box === null) continue;
    taken.add(box);
    taken.add(nodeBox(spot));
    context.lineWidth = 4;
    context.strokeStyle = theme.canvas;
    context.fillStyle = spot.strong ? theme.ink : theme.quiet;
    const middle = (box[1] + box[3]) / 2 + 0.5;
    context.strokeText(text, box[0] + 2, middle);
    context.fillText(text, box[0] + 2, middle);
    written += 1;
  }
  return written;
}

function place(spot, length, size, { width, height }, taken) {
  const gap = spot.size + 4;
  const top = spot.y - size * 0.72;
  const bottom = spot.y + size * 0.72;
  const middle = spot.x - length / 2 - 2;
  const drop = spot.size + size * 0.95;
  const places = [
    [spot.x + gap - 2, 0],
    [spot.x - gap - length - 2, 0],
    [middle, drop],
    [middle, -drop],
  ];
  for (const [left, shift] of places) {
    const box = [left, top + shift, left + length + 4, bottom + shift];
    const inside = box[0] >= 2 && box[2] <= width - 2 && box[1] >= 2 && box[3] <= height - 2;
    if (inside && taken.free(box)) return box;
  }
  return null;
}

/** The box of a node itself. */
export function nodeBox({ x, y, size }) {
  return [x - size, y - size, x + size, y + size];
}

/** The box of the pill that names a node, and the text in it. */
export function measurePill(context, data, theme) {
  context.font = `600 13px ${theme.font}`;
  const width = context.canvas.clientWidth;
  const text = shorten(data.name, width < 600 ? 36 : 64);
  const length = context.measureText(text).width;
  const right = data.x + data.size + 6;
  const left = data.x - data.size - 24 - length;
  const at = (x, y) => ({ text, box: [x, y - 13, x + length + 18, y + 13] });
  if (right + length + 20 <= width) return at(right, data.y);
  if (left >= 4) return at(left, data.y);
  const middle = Math.min(Math.max(4, data.x - length / 2 - 9), width - length - 22);
  return at(middle, data.y - data.size - 20 < 15 ? data.y + data.size + 20 : data.y - data.size - 20);
}

/** The pill that names the node under the pointer or the selected one. */
export function drawPill(context, data, theme) {
  const { text, box } = measurePill(context, data, theme);
  context.beginPath();
  context.arc(data.x, data.y, data.size + 3.5, 0, Math.PI * 2);
  context.lineWidth = 2;
  context.strokeStyle = theme.accent;
  context.stroke();
  context.beginPath();
  context.roundRect(box[0], box[1], box[2] - box[0], box[3] - box[1], 6);
  context.fillStyle = theme.surface;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = theme.accent;
  context.stroke();
  context.textBaseline = "middle";
  context.fillStyle = theme.ink;
  context.fillText(text, box[0] + 9, (box[1] + box[3]) / 2 + 0.5);
}

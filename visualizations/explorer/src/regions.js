// Names of communities, written over the middle of each while the whole picture is in view.

import { shorten } from "./labels.js";

const MOST = 16;
const FROM_NODES = 300;
const LEAST_SHARE = 0.004;
const SIZE = 15;
const SMALL = { size: 12, width: 600 };
const ROOM_FOR_TWO = 46;

/** Where the largest communities lie: `{ name, x, y }` in the units of the camera. */
export function findRegions(model, visible, position) {
  if (model.nodes.length < FROM_NODES || model.communities.length < 2) return [];
  const members = model.communities.map(() => []);
  model.nodes.forEach((node, i) => {
    if (node.community !== null && visible.nodes[i]) members[node.community].push(i);
  });
  const least = Math.max(8, visible.shown.nodes * LEAST_SHARE);
  const regions = [];
  members.forEach((nodes, c) => {
    if (nodes.length < least || regions.length >= MOST) return;
    const spots = nodes.map(position);
    const middle = (axis) => spots.map((spot) => spot[axis]).sort((a, b) => a - b)[spots.length >> 1];
    const heights = spots.map((spot) => spot.y).sort((a, b) => a - b);
    const tall = heights[Math.floor(spots.length * 0.85)] - heights[Math.floor(spots.length * 0.15)];
    regions.push({ lines: model.communities[c].name.split(", ").slice(0, 2), x: middle("x"), y: middle("y"), tall });
  });
  return regions;
}

/**
 * Write the names, the largest community first, where there is room; returns them with their boxes.
 * Two names stand where a community is tall enough for them, else one. `covered` stays free.
 */
export function drawRegions(context, regions, toViewport, theme, covered) {
  const size = context.canvas.clientWidth < SMALL.width ? SMALL.size : SIZE;
  context.font = `700 ${size}px ${theme.font}`;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 5;
  const written = [];
  for (const region of regions) {
    const spot = toViewport(region);
    const tall = Math.abs(toViewport({ x: region.x, y: region.y + region.tall }).y - spot.y);
    const lines = region.lines.slice(0, tall < ROOM_FOR_TWO ? 1 : 2).map((line) => shorten(line, 28));
    const widths = lines.map((line) => context.measureText(line).width);
    const half = Math.max(...widths) / 2 + 4;
    const rise = (lines.length * size * 1.25) / 2 + 2;
    const { y } = spot;
    const x = Math.max(half, Math.min(context.canvas.clientWidth - half, spot.x));
    const box = [x - half, y - rise, x + half, y + rise];
    const clash = ([l, t, r, b]) => box[0] < r && box[2] > l && box[1] < b && box[3] > t;
    if (covered.some(clash) || written.some((other) => clash(other.box))) continue;
    written.push({ box, names: region.lines.slice(0, lines.length) });
    lines.forEach((line, n) => {
      const left = x - widths[n] / 2;
      const middle = y + (n - (lines.length - 1) / 2) * size * 1.25;
      context.strokeStyle = theme.canvas;
      context.strokeText(line, left, middle);
      context.fillStyle = theme.ink;
      context.fillText(line, left, middle);
    });
  }
  return written;
}

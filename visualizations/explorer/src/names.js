// Which names stand on the picture, and where they have room.

import { drawNames, measurePill, nodeBox } from "./labels.js";
import { drawRegions, findRegions } from "./regions.js";

const FEW_NODES = 400;
const MOST_NODES = 2000;
const LARGE = 6;
const REGIONS_FROM_RATIO = 0.45;

/** The names of a picture; they are drawn anew with each frame. */
export class Names {
  constructor(picture) {
    this.picture = picture;
    this.context = picture.renderer.getCanvases().labels.getContext("2d");
    this.regions = null;
  }

  /** The nodes that want a name, the weightiest first; `spent` are names that stand there already. */
  *spots(spent, quiet) {
    const { renderer, model } = this.picture;
    const view = renderer.viewRectangle();
    const [left, right] = [Math.min(view.x1, view.x2), Math.max(view.x1, view.x2)];
    const [low, high] = [view.y1 - view.height, view.y1].sort((a, b) => a - b);
    const zoomed = renderer.getCamera().ratio < 0.6 || model.nodes.length < 80;
    for (const i of model.byWeight) {
      if (this.picture.near.size > 0 && !this.picture.near.has(i)) continue;
      const node = model.nodes[i];
      if (node.kind === "Paper" && !zoomed && !this.picture.near.has(i)) continue;
      const data = renderer.getNodeDisplayData(String(i));
      if (data.hidden || data.highlighted) continue;
      if (data.x < left || data.x > right || data.y < low || data.y > high) continue;
      const size = renderer.scaleSize(data.size);
      if (size < 2.6 && !this.picture.near.has(i)) continue;
      const { x, y } = renderer.framedGraphToViewport(data);
      if (spent.has(node.label)) continue;
      yield { x, y, size, text: node.label, strong: !quiet && size > 7.5 && node.kind !== "Paper" };
    }
  }

  /** Boxes of what lies over the picture: buttons, the line of numbers, what narrows the view. */
  covered() {
    const stage = this.picture.renderer.getContainer();
    const { left, top } = stage.getBoundingClientRect();
    return [...stage.parentElement.querySelectorAll(".zoom, #status, #chips li")]
      .map((element) => element.getBoundingClientRect())
      .filter(({ width }) => width > 0)
      .map((box) => [box.left - left - 4, box.top - top - 4, box.right - left + 4, box.bottom - top + 4]);
  }

  /** Room that no name may take: the pill's, and the nodes' (the large ones' where they are many). */
  reserved() {
    const { renderer, model } = this.picture;
    const place = (i) => {
      const data = renderer.getNodeDisplayData(String(i));
      return { ...data, ...renderer.framedGraphToViewport(data), size: renderer.scaleSize(data.size) };
    };
    const shown = this.picture.near.size > 0 ? [...this.picture.near] : model.byWeight.filter((i) => this.picture.visible.nodes[i]);
    const spots = shown.length > MOST_NODES ? [] : shown.map(place);
    const boxes = spots.filter(({ size }) => spots.length < FEW_NODES || size > LARGE).map(nodeBox);
    for (const i of this.picture.named) {
      boxes.push(measurePill(this.context, { ...place(i), name: model.nodes[i].label }, this.picture.theme).box);
    }
    return boxes;
  }

  draw(context = this.context) {
    const { renderer, model } = this.picture;
    const covered = this.covered();
    const boxes = [...covered, ...this.reserved()];
    const over = this.picture.near.size === 0 && renderer.getCamera().ratio > REGIONS_FROM_RATIO;
    let written = [];
    if (over) {
      this.regions ??= findRegions(model, this.picture.visible, (i) => renderer.getNodeDisplayData(String(i)));
      written = drawRegions(context, this.regions, (spot) => renderer.framedGraphToViewport(spot), this.picture.theme, covered);
      boxes.push(...written.map(({ box }) => box));
    }
    const spent = new Set(written.flatMap(({ names }) => names));
    drawNames(context, this.spots(spent, written.length > 0), boxes, renderer.getDimensions(), this.picture.theme);
  }

  /** Tell `write(text, x, y, { font, color })` every name on the picture. */
  write(write) {
    this.draw({
      canvas: this.context.canvas,
      measureText(text) {
        return this.real.measureText(text);
      },
      real: this.context,
      set font(value) {
        this.real.font = this.style = value;
      },
      get font() {
        return this.style;
      },
      strokeText() {},
      fillText(text, x, y) {
        write(text, x, y, { font: this.style, color: this.fillStyle });
      },
    });
    const place = (i) => this.picture.renderer.framedGraphToViewport(this.picture.renderer.getNodeDisplayData(String(i)));
    for (const i of this.picture.named) {
      const { x, y } = place(i);
      write(this.picture.model.nodes[i].label, x + 16, y, { font: "600 13px", color: this.picture.theme.ink });
    }
  }
}

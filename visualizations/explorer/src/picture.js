// The picture: the graph drawn by WebGL, its names by canvas, its clicks handed on.

import { MultiDirectedGraph } from "graphology";
import Sigma from "sigma";
import { createEdgeArrowProgram } from "sigma/rendering";

import { drawNames, drawPill, measurePill, nodeBox } from "./labels.js";
import { makeLineProgram, makeShapeProgram } from "./shapes.js";
import { rgb, SHAPES } from "./theme.js";

const MANY_EDGES = 5000;
const EDGES_FROM_RATIO = 0.4;
const FEW_NODES = 400;
const REACH = [3, 6];
const ARROW = createEdgeArrowProgram({ lengthToThicknessRatio: 3.6, widenessToThicknessRatio: 2.8 });
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** The drawn graph. `on` has `select(selection)` and `hover(edge, event)`. */
export class Picture {
  constructor(container, model, theme, shown, on) {
    this.model = model;
    this.theme = theme;
    this.on = on;
    this.hoveredEdge = null;
    this.remember(shown);
    this.edgesDrawn = shown.visible.shown.edges <= MANY_EDGES;
    this.renderer = new Sigma(this.buildGraph(), container, this.settings());
    this.names = this.renderer.getCanvases().labels.getContext("2d");
    this.renderer.on("afterRender", () => this.drawNames());
    this.bind();
    this.watchSize(container);
  }

  buildGraph() {
    const graph = new MultiDirectedGraph();
    const { nodes, edges } = this.model;
    const scale = nodes.length < 80 ? 1.7 : nodes.length < 500 ? 1.3 : nodes.length < 4000 ? 1 : 0.8;
    nodes.forEach((node, i) => {
      const lean = node.kind === "Paper" ? 0.72 : 1;
      const size = Math.min(17, (2.2 + 1.25 * Math.sqrt(node.degree)) * scale * lean);
      graph.addNode(String(i), { x: node.x, y: node.y, size, shape: SHAPES[node.kind], name: node.label });
    });
    edges.forEach((edge, e) => graph.addEdgeWithKey(String(e), String(edge.source), String(edge.target)));
    return graph;
  }

  settings() {
    return {
      allowInvalidContainer: true,
      defaultNodeType: "shape",
      nodeProgramClasses: { shape: makeShapeProgram(() => rgb(this.theme.canvas)) },
      defaultEdgeType: "line",
      edgeProgramClasses: { line: makeLineProgram(this.model.edges.length < 1500 ? 7 : 3), arrow: ARROW },
      enableEdgeEvents: true,
      hideEdgesOnMove: this.model.edges.length > MANY_EDGES,
      enableCameraRotation: false,
      renderLabels: false,
      zIndex: true,
      minEdgeThickness: 1.5,
      // Nodes shrink on small screens, and more slowly than the picture when it is zoomed.
      zoomToSizeRatioFunction: (ratio) => Math.sqrt(ratio) * this.crowding(),
      minCameraRatio: 0.01,
      maxCameraRatio: 2.5,
      stagePadding: 36,
      nodeReducer: (key, data) => this.reduceNode(Number(key), data),
      edgeReducer: (key) => this.reduceEdge(Number(key)),
      defaultDrawNodeHover: (context, data) => drawPill(context, data, this.theme),
    };
  }

  reduceNode(i, data) {
    const hidden = !this.visible.nodes[i];
    const dim = this.near.size > 0 && !this.near.has(i);
    const color = dim ? this.theme.faded : this.theme.kinds[this.model.nodes[i].kind];
    const chosen = this.selection?.kind === "node" && this.selection.index === i;
    const size = dim ? data.size * 0.5 : data.size;
    return { ...data, size, color, hidden, highlighted: chosen && !hidden, zIndex: dim ? 0 : chosen ? 2 : 1 };
  }

  reduceEdge(e) {
    if (!this.visible.edges[e]) return { hidden: true };
    const style = this.edgeStyle(e);
    return e === this.hoveredEdge ? { ...style, color: this.theme.accent, size: 3 } : style;
  }

  edgeStyle(e) {
    const edge = this.model.edges[e];
    const kind = this.selection?.kind;
    const here = this.selection?.index;
    if (kind === "edge" && here === e) {
      return { type: "arrow", color: this.theme.accent, size: 3, zIndex: 2 };
    }
    if (kind === "node" && (edge.source === here || edge.target === here)) {
      const end = this.model.nodes[this.model.other(edge, here)].kind;
      return { type: "arrow", color: this.theme.kinds[end], size: 2.2, zIndex: 1 };
    }
    if (!this.edgesDrawn) return { hidden: true };
    return { type: "line", color: kind ? this.theme.faded : this.edgeColour(), size: 1.4, zIndex: 0 };
  }

  edgeColour() {
    return this.visible.shown.edges > 1200 ? this.theme.edges : this.theme.edge;
  }

  crowding() {
    const { clientWidth, clientHeight } = this.renderer?.getContainer() ?? { clientWidth: 800, clientHeight: 800 };
    const side = Math.min(clientWidth, clientHeight) || 800;
    const few = this.model.nodes.length <= 80;
    return few ? 1 : Math.min(1.7, Math.max(1, 1.1 * Math.sqrt(800 / side)));
  }

  bind() {
    const { renderer } = this;
    const camera = renderer.getCamera();
    renderer.on("clickNode", ({ node }) => this.on.select({ kind: "node", index: Number(node) }));
    renderer.on("clickEdge", ({ edge }) => this.on.select({ kind: "edge", index: Number(edge) }));
    renderer.on("clickStage", ({ event }) => this.on.select(this.nearby(event)));
    renderer.on("enterNode", () => this.point(true));
    renderer.on("leaveNode", () => this.point(false));
    renderer.on("enterEdge", ({ edge, event }) => this.hoverEdge(Number(edge), event));
    renderer.on("leaveEdge", () => this.hoverEdge(null, null));
    camera.on("updated", () => this.edgesDrawn !== this.wantsEdges() && this.refresh());
  }

  watchSize(container) {
    let known = `${container.clientWidth},${container.clientHeight}`;
    new ResizeObserver(() => {
      const size = `${container.clientWidth},${container.clientHeight}`;
      if (size === known || !container.clientWidth || !container.clientHeight) return;
      known = size;
      this.renderer.resize();
      this.renderer.refresh();
    }).observe(container);
  }

  /** What lies a few pixels off a click: a fingertip is not a pixel. */
  nearby({ x, y }) {
    for (const reach of REACH) {
      for (let turn = 0; turn < 8; turn += 1) {
        const spot = { x: x + reach * Math.cos((turn * Math.PI) / 4), y: y + reach * Math.sin((turn * Math.PI) / 4) };
        const node = this.renderer.getNodeAtPosition(spot);
        if (node !== null) return { kind: "node", index: Number(node) };
        const edge = this.renderer.getEdgeAtPoint(spot.x, spot.y);
        if (edge !== null) return { kind: "edge", index: Number(edge) };
      }
    }
    return null;
  }

  point(yes) {
    this.renderer.getContainer().classList.toggle("pointing", yes);
  }

  hoverEdge(e, event) {
    const changed = [this.hoveredEdge, e].filter((edge) => edge !== null).map(String);
    this.hoveredEdge = e;
    this.point(e !== null);
    this.on.hover(e, event);
    this.renderer.refresh({ partialGraph: { edges: changed }, skipIndexation: true, schedule: true });
  }

  wantsEdges() {
    const many = this.visible.shown.edges > MANY_EDGES;
    return !many || (this.selection === null && this.renderer.getCamera().ratio < EDGES_FROM_RATIO);
  }

  refresh() {
    this.edgesDrawn = this.wantsEdges();
    this.renderer.refresh();
  }

  /** Draw what the filters let through, and stress the selection. */
  show(shown) {
    this.remember(shown);
    this.refresh();
  }

  remember({ visible, selection }) {
    this.visible = visible;
    this.selection = selection;
    this.near = new Set();
    if (selection?.kind === "node") {
      this.near.add(selection.index);
      for (const e of this.model.around[selection.index]) {
        if (visible.edges[e]) this.near.add(this.model.other(this.model.edges[e], selection.index));
      }
    } else if (selection?.kind === "edge") {
      const { source, target } = this.model.edges[selection.index];
      this.near.add(source).add(target);
    }
  }

  recolour(theme) {
    this.theme = theme;
    this.refresh();
  }

  *spots() {
    const { renderer, model } = this;
    const view = renderer.viewRectangle();
    const [left, right] = [Math.min(view.x1, view.x2), Math.max(view.x1, view.x2)];
    const [low, high] = [view.y1 - view.height, view.y1].sort((a, b) => a - b);
    const zoomed = renderer.getCamera().ratio < 0.6 || model.nodes.length < 80;
    for (const i of model.byWeight) {
      if (this.near.size > 0 && !this.near.has(i)) continue;
      const node = model.nodes[i];
      if (node.kind === "Paper" && !zoomed && !this.near.has(i)) continue;
      const data = renderer.getNodeDisplayData(String(i));
      if (data.hidden || data.highlighted) continue;
      if (data.x < left || data.x > right || data.y < low || data.y > high) continue;
      const size = renderer.scaleSize(data.size);
      if (size < 2.6 && !this.near.has(i)) continue;
      const { x, y } = renderer.framedGraphToViewport(data);
      yield { x, y, size, text: node.label, strong: size > 7.5 && node.kind !== "Paper" };
    }
  }

  /** Room that no name may take: the pill's, and the nodes' while they are few. */
  reserved() {
    const { renderer, model, selection } = this;
    const place = (i) => {
      const data = renderer.getNodeDisplayData(String(i));
      return { ...data, ...renderer.framedGraphToViewport(data), size: renderer.scaleSize(data.size) };
    };
    const shown = this.near.size > 0 ? [...this.near] : model.byWeight.filter((i) => this.visible.nodes[i]);
    const boxes = shown.length > FEW_NODES ? [] : shown.map((i) => nodeBox(place(i)));
    if (selection?.kind === "node") {
      boxes.push(measurePill(this.names, { ...place(selection.index), name: model.nodes[selection.index].label }, this.theme).box);
    }
    return boxes;
  }

  drawNames() {
    drawNames(this.names, this.spots(), this.reserved(), this.renderer.getDimensions(), this.theme);
  }

  /** Move the view so that these nodes fill it; all visible ones without an argument. */
  frame(indices, { still = false } = {}) {
    const chosen = indices ?? this.model.byWeight.filter((i) => this.visible.nodes[i]);
    if (!chosen.length) return;
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const i of chosen) {
      const { x, y } = this.renderer.getNodeDisplayData(String(i));
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    const { width, height } = this.renderer.getDimensions();
    const side = Math.min(width, height);
    const room = indices === undefined ? 1.02 : 1.35;
    const ratio = Math.max(((box[2] - box[0]) * side) / width, ((box[3] - box[1]) * side) / height) * room;
    const least = Math.min(0.8, 4 / Math.sqrt(this.model.nodes.length));
    const state = { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2, ratio: Math.min(1.6, Math.max(least, ratio)) };
    if (still || CALM.matches) this.renderer.getCamera().setState(state);
    else this.renderer.getCamera().animate(state, { duration: 350 });
  }

  /** Show a node and its neighbourhood. */
  goTo(i) {
    this.frame([...this.near, i]);
  }

  zoom(factor) {
    const camera = this.renderer.getCamera();
    const ratio = camera.getBoundedRatio(camera.ratio * factor);
    if (CALM.matches) camera.setState({ ratio });
    else camera.animate({ ratio }, { duration: 200 });
  }
}

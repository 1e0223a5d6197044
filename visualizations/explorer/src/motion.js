// Smooth moves without a graphics card: while the view moves, the last picture is shifted and
// scaled as an image, and drawn anew when the view has come to rest.

import Sigma from "sigma";

const MANY_NODES = 2000;
const REST = 160;
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;
const LAYERS = ["edges", "nodes", "edgeLabels", "labels", "hovers", "hoverNodes"];

/** Whether the browser computes pictures on the processor; a frame of many nodes is slow then. */
function drawsInSoftware() {
  const gl = document.createElement("canvas").getContext("webgl");
  const info = gl?.getExtension("WEBGL_debug_renderer_info");
  return Boolean(info) && SOFTWARE.test(gl.getParameter(info.UNMASKED_RENDERER_WEBGL));
}

/** sigma, with moves that stay smooth where drawing is slow. */
export class SmoothSigma extends Sigma {
  constructor(graph, container, settings) {
    super(graph, container, settings);
    this.slow = graph.order > MANY_NODES && drawsInSoftware();
    this.used = () => true;
    this.getCamera().on("updated", () => (this.moved = true));
  }

  refresh(options) {
    if (!options?.schedule) this.moved = false;
    return super.refresh(options);
  }

  render() {
    if (this.slow && this.moved && this.drawnAt) return this.shift();
    clearTimeout(this.resting);
    super.render();
    this.moved = false;
    this.drawnAt = this.getCamera().getState();
    if (this.slow) this.place("");
    return this;
  }

  /** Lay the last picture where the view is now. */
  shift() {
    clearTimeout(this.resting);
    this.renderFrame = null;
    this.resting = setTimeout(() => {
      this.moved = false;
      this.emit("rested");
      this.scheduleRender();
    }, REST);
    const spot = (x, cameraState) => this.framedGraphToViewport({ x, y: 0 }, { cameraState });
    const now = this.getCamera().getState();
    const [from, to] = [spot(0, this.drawnAt), spot(0, now)];
    const scale = (spot(1, now).x - to.x) / (spot(1, this.drawnAt).x - from.x);
    this.place(`translate(${to.x - scale * from.x}px, ${to.y - scale * from.y}px) scale(${scale})`);
    this.emit("shifted");
    return this;
  }

  place(transform) {
    const canvases = this.getCanvases();
    for (const layer of LAYERS) {
      if (!canvases[layer]) continue;
      canvases[layer].style.transformOrigin = "0 0";
      canvases[layer].style.transform = transform;
      // Every layer costs time where there is no graphics card, even an empty one.
      canvases[layer].style.display = transform && !this.used(layer) ? "none" : "";
    }
  }
}

// Where the picture is looked at: all of it, a node with its neighbours, nearer or farther.

const MARGIN = 36;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** The view of a picture. */
export class Camera {
  constructor(picture) {
    this.picture = picture;
    this.camera = picture.renderer.getCamera();
  }

  /** Move the view so that these nodes fill it; all visible ones without an argument. */
  frame(indices, { still = false } = {}) {
    const chosen = indices ?? this.picture.model.byWeight.filter((i) => this.picture.visible.nodes[i]);
    if (!chosen.length) return;
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const i of chosen) {
      const { x, y } = this.picture.renderer.getNodeDisplayData(String(i));
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    const { width, height } = this.picture.renderer.getDimensions();
    const rim = Math.min(MARGIN, width * 0.05);
    const room = (indices === undefined ? 1 : 1.3) * this.unit();
    const ratio = room * Math.max((box[2] - box[0]) / (width - 2 * rim), (box[3] - box[1]) / (height - 2 * rim));
    const least = Math.min(0.8, 4 / Math.sqrt(this.picture.model.nodes.length));
    const state = { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2, ratio: Math.min(1.6, Math.max(least, ratio)) };
    if (still || CALM.matches) this.jump(state);
    else this.camera.animate(state, { duration: 350 });
  }

  /** Go there at once; a movement that is under way ends here, or its next frame would undo this. */
  jump(state) {
    const { camera } = this;
    if (camera.nextFrame) cancelAnimationFrame(camera.nextFrame);
    camera.nextFrame = null;
    camera.setState(state);
  }

  /** Pixels that the side of the whole picture has where nothing is zoomed. */
  unit() {
    const cameraState = { x: 0.5, y: 0.5, ratio: 1, angle: 0 };
    const spot = (x) => this.picture.renderer.framedGraphToViewport({ x, y: 0.5 }, { cameraState }).x;
    return spot(1) - spot(0);
  }

  /** Show a node and its neighbourhood. */
  goTo(i) {
    this.frame([...this.picture.near, i]);
  }

  zoom(factor) {
    const { camera } = this;
    const ratio = camera.getBoundedRatio(camera.ratio * factor);
    if (CALM.matches) this.jump({ ratio });
    else camera.animate({ ratio }, { duration: 200 });
  }

  /** Move the view by parts of its width and height. */
  move(right, up) {
    const { camera } = this;
    this.jump({ x: camera.x + right * camera.ratio, y: camera.y + up * camera.ratio });
  }

  /** The drawn node that is nearest to the middle of the view, or null. */
  middle() {
    const { x, y } = this.camera;
    let [best, least] = [null, Infinity];
    this.picture.visible.nodes.forEach((drawn, i) => {
      if (!drawn) return;
      const spot = this.picture.renderer.getNodeDisplayData(String(i));
      const away = (spot.x - x) ** 2 + (spot.y - y) ** 2;
      if (away < least) [best, least] = [i, away];
    });
    return best;
  }

  /** Where the view is, as `[x, y, ratio]`, the same on every screen; `look` goes there. */
  at() {
    const { x, y, ratio } = this.camera;
    const [across, down] = this.picture.scales();
    return [0.5 + (x - 0.5) * across, 0.5 + (y - 0.5) * down, ratio * across];
  }

  look([x, y, ratio]) {
    const [across, down] = this.picture.scales();
    this.jump({ x: 0.5 + (x - 0.5) / across, y: 0.5 + (y - 0.5) / down, ratio: ratio / across });
  }
}

// Where the picture is looked at: all of it, a node with its neighbours, nearer or farther.

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
    const side = Math.min(width, height);
    const room = indices === undefined ? 1.02 : 1.35;
    const ratio = Math.max(((box[2] - box[0]) * side) / width, ((box[3] - box[1]) * side) / height) * room;
    const least = Math.min(0.8, 4 / Math.sqrt(this.picture.model.nodes.length));
    const state = { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2, ratio: Math.min(1.6, Math.max(least, ratio)) };
    if (still || CALM.matches) this.camera.setState(state);
    else this.camera.animate(state, { duration: 350 });
  }

  /** Show a node and its neighbourhood. */
  goTo(i) {
    this.frame([...this.picture.near, i]);
  }

  zoom(factor) {
    const { camera } = this;
    const ratio = camera.getBoundedRatio(camera.ratio * factor);
    if (CALM.matches) camera.setState({ ratio });
    else camera.animate({ ratio }, { duration: 200 });
  }

  /** Move the view by parts of its width and height. */
  move(right, up) {
    const { camera } = this;
    camera.setState({ x: camera.x + right * camera.ratio, y: camera.y + up * camera.ratio });
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

  /** Where the view is, as `[x, y, ratio]`; `look` goes there. */
  at() {
    const { x, y, ratio } = this.camera;
    return [x, y, ratio];
  }

  look([x, y, ratio]) {
    this.camera.setState({ x, y, ratio });
  }
}

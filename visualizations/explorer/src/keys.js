// The picture by keyboard: arrows move it, plus and minus zoom, Enter opens what is in the middle.

const STEP = 0.12;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Listen on the picture's element; `page` has `picture`, `select` and `looked` (the view was moved). */
export function bindPictureKeys(element, page) {
  element.addEventListener("keydown", (event) => {
    const camera = page.picture?.camera;
    if (!camera || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in MOVES) camera.move(...MOVES[event.key].map((part) => part * STEP));
    else if (event.key === "+" || event.key === "=") camera.zoom(1 / 1.4);
    else if (event.key === "-") camera.zoom(1.4);
    else if (event.key === "0") camera.frame();
    else if (event.key === "Enter") {
      const index = camera.middle();
      if (index !== null) page.select({ kind: "node", index }, { travel: true });
    } else return;
    event.preventDefault();
    if (event.key !== "Enter") page.looked();
  });
}

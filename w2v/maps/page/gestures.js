/** Mouse, touch, pen and keys on the map. */

/**
 * @typedef {object} Actions What gestures lead to. Places are pixels on the canvas.
 * @property {(x: number, y: number) => void} pan
 * @property {(factor: number, x: number | undefined, y: number | undefined, atOnce: boolean) => void} zoom
 * @property {() => void} fit
 * @property {(x: number, y: number, touch: boolean) => void} click
 * @property {(x: number, y: number) => void} hover
 * @property {() => void} leave
 * @property {() => boolean} lassoing Whether a drag draws a lasso.
 * @property {(path: [number, number][], ended: boolean) => void} lasso
 * @property {() => void} cancel
 */

const clickReach = 5; // pixels that a click may move
const keyStep = 80; // pixels

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Actions} actions
 */
export function listen(canvas, actions) {
  new Pointers(canvas, actions);
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode === 1 ? 30 : event.deltaMode === 2 ? 400 : 1);
      const factor = Math.exp(
        -Math.max(-300, Math.min(300, pixels)) * (event.ctrlKey ? 0.01 : 0.002),
      );
      actions.zoom(factor, event.offsetX, event.offsetY, false);
    },
    { passive: false },
  );
  canvas.addEventListener("dblclick", (event) => {
    actions.zoom(2, event.offsetX, event.offsetY, false);
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !press(event.key, actions)) return;
    event.preventDefault();
  });
}

/**
 * @param {string} key
 * @param {Actions} actions
 * @returns {boolean} Whether the key does something.
 */
function press(key, actions) {
  const moves = /** @type {Record<string, [number, number]>} */ ({
    ArrowLeft: [keyStep, 0],
    ArrowRight: [-keyStep, 0],
    ArrowUp: [0, keyStep],
    ArrowDown: [0, -keyStep],
  });
  if (key in moves) actions.pan(...moves[key]);
  else if (key === "+" || key === "=") actions.zoom(1.5, undefined, undefined, false);
  else if (key === "-") actions.zoom(1 / 1.5, undefined, undefined, false);
  else if (key === "0" || key === "Home") actions.fit();
  else if (key === "Escape") actions.cancel();
  else return false;
  return true;
}

/** One pointer pans, draws a lasso or clicks; two pinch. */
class Pointers {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Actions} actions
   */
  constructor(canvas, actions) {
    this.canvas = canvas;
    this.actions = actions;
    /** @type {Map<number, {x: number, y: number}>} */
    this.down = new Map();
    /** @type {[number, number][] | null} */
    this.path = null;
    this.travelled = 0;
    this.pinched = false;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.release(event, true));
    canvas.addEventListener("pointercancel", (event) => this.release(event, false));
    canvas.addEventListener("pointerleave", () => this.actions.leave());
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button > 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (this.down.size === 1) {
      this.travelled = 0;
      this.pinched = false;
      const draws = event.shiftKey || this.actions.lassoing();
      this.path = draws ? [[event.offsetX, event.offsetY]] : null;
    } else {
      this.path = null;
      this.pinched = true;
    }
  }

  /** @param {PointerEvent} event */
  move(event) {
    const [x, y] = [event.offsetX, event.offsetY];
    const last = this.down.get(event.pointerId);
    if (!last) {
      if (event.pointerType !== "touch") this.actions.hover(x, y);
      return;
    }
    this.travelled += Math.hypot(x - last.x, y - last.y);
    if (this.path) {
      this.path.push([x, y]);
      this.actions.lasso(this.path, false);
    } else if (this.down.size === 2) {
      this.pinch(event.pointerId, last, x, y);
    } else if (this.travelled > clickReach) {
      this.actions.pan(x - last.x, y - last.y);
    }
    this.down.set(event.pointerId, { x, y });
  }

  /**
   * @param {number} moved The pointer that moved.
   * @param {{x: number, y: number}} last Where it was.
   * @param {number} x
   * @param {number} y
   */
  pinch(moved, last, x, y) {
    const [other] = [...this.down].filter(([id]) => id !== moved).map(([, place]) => place);
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const after = Math.hypot(x - other.x, y - other.y);
    this.actions.pan((x - last.x) / 2, (y - last.y) / 2);
    if (before > 0) this.actions.zoom(after / before, (x + other.x) / 2, (y + other.y) / 2, true);
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} meant Whether the pointer was lifted, not taken away by the system.
   */
  release(event, meant) {
    if (!this.down.delete(event.pointerId) || this.down.size) return;
    const path = this.path;
    this.path = null;
    if (path && this.travelled > clickReach) this.actions.lasso(meant ? path : [], true);
    else if (meant && !this.pinched && this.travelled <= clickReach) {
      this.actions.click(event.offsetX, event.offsetY, event.pointerType === "touch");
    }
  }
}

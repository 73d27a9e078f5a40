/** Which labels are shown: frequent words first, none over another, the more the closer one looks. */

export const labelHeight = 16; // in pixels, with the space around it

/**
 * From what scale on each word's label is shown, in pixels per unit of the map.
 *
 * Two labels stop covering each other at a certain scale and stay apart from there on. A word's
 * label appears where it has parted from every more frequent word's that is shown by then. So a
 * label that is shown stays while the map is enlarged, and moving the map changes none.
 * @param {import("./grid.js").Grid} grid
 * @param {Float32Array} widths Of the labels, in pixels.
 * @param {number} smallest The scale at which the whole map is seen; labels part from there on.
 * @returns {Float32Array}
 */
export function labelScales(grid, widths, smallest) {
  const { x, y } = grid.points;
  const scales = new Float32Array(x.length);
  const widest = widths.reduce((one, other) => Math.max(one, other), 0);
  const reachDown = labelHeight / smallest;
  for (let row = 0; row < x.length; row++) {
    let scale = smallest;
    const reach = (widths[row] + widest) / 2 / smallest;
    grid.within(x[row] - reach, y[row] - reachDown, x[row] + reach, y[row] + reachDown, (other) => {
      if (other >= row) return;
      const parted = Math.min(
        (widths[row] + widths[other]) / 2 / Math.abs(x[row] - x[other]),
        labelHeight / Math.abs(y[row] - y[other]),
      );
      if (parted > scale && parted > scales[other]) scale = parted;
    });
    scales[row] = scale;
  }
  return scales;
}

/** Boxes on the screen that labels have taken, and the words that have one. */
export class Taken {
  constructor() {
    /** @type {[number, number, number, number][]} */
    this.boxes = [];
    /** @type {Set<number>} */
    this.rows = new Set();
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {number} width
   * @param {number} height
   * @returns {boolean} Whether a box covers one that is taken.
   */
  covers(left, top, width, height) {
    const [right, bottom] = [left + width, top + height];
    return this.boxes.some(
      (box) => left < box[2] && right > box[0] && top < box[3] && bottom > box[1],
    );
  }

  /**
   * Keeps labels off a dot.
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   */
  keepClear(x, y, radius) {
    this.boxes.push([x - radius, y - radius, x + radius, y + radius]);
  }

  /**
   * Keeps labels off an arrow.
   * @param {[number, number]} from
   * @param {[number, number]} to
   */
  keepOff(from, to) {
    const steps = Math.min(200, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 12));
    for (let step = 1; step < steps; step++) {
      const part = step / steps;
      this.keepClear(from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part, 3);
    }
  }

  /**
   * Takes a box, unless it covers one that is taken.
   * @param {number} left
   * @param {number} top
   * @param {number} width
   * @param {number} height
   * @returns {boolean} Whether it was free.
   */
  take(left, top, width, height) {
    if (this.covers(left, top, width, height)) return false;
    this.boxes.push([left, top, left + width, top + height]);
    return true;
  }
}

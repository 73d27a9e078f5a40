/** A grid over the map that finds the words in a rectangle without looking at all of them. */

const wordsPerCell = 8;

/** Rows sorted by cell; within a cell the most frequent word comes first. */
export class Grid {
  /** @param {import("./model.js").Points} points */
  constructor(points) {
    const { x, y } = points;
    this.points = points;
    this.side = Math.max(1, Math.ceil(Math.sqrt(x.length / wordsPerCell)));
    this.low = { x: 0, y: 0 };
    this.step = 1 / this.side;
    let high = 0;
    if (x.length) {
      this.low = { x: x.reduce(lesser), y: y.reduce(lesser) };
      high = Math.max(x.reduce(greater) - this.low.x, y.reduce(greater) - this.low.y);
      this.step = (high || 1) / this.side;
    }
    const cells = Uint32Array.from(x, (_, row) => this.cell(x[row], y[row]));
    this.starts = new Uint32Array(this.side * this.side + 1);
    for (const cell of cells) this.starts[cell + 1]++;
    for (let i = 1; i < this.starts.length; i++) this.starts[i] += this.starts[i - 1];
    const next = this.starts.slice();
    this.rows = new Uint32Array(x.length);
    for (let row = 0; row < cells.length; row++) this.rows[next[cells[row]]++] = row;
  }

  /**
   * @param {number} value
   * @param {number} low
   * @returns {number} The column or row of cells.
   */
  place(value, low) {
    return Math.max(0, Math.min(this.side - 1, Math.floor((value - low) / this.step)));
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {number}
   */
  cell(x, y) {
    return this.place(y, this.low.y) * this.side + this.place(x, this.low.x);
  }

  /**
   * Calls back with each row whose cell touches a rectangle.
   * @param {number} left
   * @param {number} top
   * @param {number} right
   * @param {number} bottom
   * @param {(row: number) => void} visit
   */
  within(left, top, right, bottom, visit) {
    const first = this.place(left, this.low.x);
    const last = this.place(right, this.low.x);
    const end = this.place(bottom, this.low.y);
    for (let line = this.place(top, this.low.y); line <= end; line++) {
      const from = this.starts[line * this.side + first];
      const to = this.starts[line * this.side + last + 1];
      for (let i = from; i < to; i++) visit(this.rows[i]);
    }
  }

  /**
   * The word nearest to a place, no farther away than `reach`; -1 where there is none.
   * @param {number} x
   * @param {number} y
   * @param {number} reach
   * @param {(row: number) => boolean} counts Whether a word can be found.
   * @returns {number}
   */
  nearest(x, y, reach, counts) {
    let found = -1;
    let least = reach * reach;
    this.within(x - reach, y - reach, x + reach, y + reach, (row) => {
      const distance = (this.points.x[row] - x) ** 2 + (this.points.y[row] - y) ** 2;
      if (distance < least && counts(row)) {
        found = row;
        least = distance;
      }
    });
    return found;
  }
}

/**
 * @param {number} one
 * @param {number} other
 * @returns {number}
 */
function lesser(one, other) {
  return Math.min(one, other);
}

/**
 * @param {number} one
 * @param {number} other
 * @returns {number}
 */
function greater(one, other) {
  return Math.max(one, other);
}

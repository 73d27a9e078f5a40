/** What part of the map is seen, and its smooth movement. */

const closest = 60; // times the scale at which the whole map is seen
const nearest = 11; // times that, where words are shown that lie close together
const border = 36; // pixels around the whole map

/** The middle of the view in the map's coordinates, and the scale in pixels per unit. */
export class Camera {
  constructor() {
    this.x = 0.5;
    this.y = 0.5;
    this.scale = 1;
    this.width = 1;
    this.height = 1;
    /** @type {{width: number, height: number}} Of the whole map, in its own units. */
    this.extent = { width: 1, height: 1 };
    /** @type {{x: number, y: number, scale: number} | null} Where it is moving to. */
    this.goal = null;
  }

  /** The scale at which the whole map is seen. */
  get whole() {
    const { width, height } = this.extent;
    const across = (this.width - 2 * border) / width;
    return Math.max(40, Math.min(across, (this.height - 2 * border) / height));
  }

  /** How many times larger than the whole map is seen. */
  get zoom() {
    return this.scale / this.whole;
  }

  /**
   * Takes a new size of the view; the zoom stays.
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    const zoom = this.width === 1 ? 1 : this.zoom;
    this.width = width;
    this.height = height;
    this.scale = zoom * this.whole;
    this.goal = null;
  }

  /**
   * @param {number} x
   * @returns {number} On the screen, from the left.
   */
  screenX(x) {
    return (x - this.x) * this.scale + this.width / 2;
  }

  /**
   * @param {number} y
   * @returns {number} On the screen, from the top.
   */
  screenY(y) {
    return (y - this.y) * this.scale + this.height / 2;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  onScreen(x, y) {
    return [this.screenX(x), this.screenY(y)];
  }

  /**
   * @param {number} x
   * @returns {number} On the map.
   */
  mapX(x) {
    return (x - this.width / 2) / this.scale + this.x;
  }

  /**
   * @param {number} y
   * @returns {number} On the map.
   */
  mapY(y) {
    return (y - this.height / 2) / this.scale + this.y;
  }

  /**
   * Moves by pixels at once.
   * @param {number} x
   * @param {number} y
   */
  pan(x, y) {
    this.goal = null;
    this.x = inside(this.x - x / this.scale);
    this.y = inside(this.y - y / this.scale);
  }

  /**
   * Where the camera is once it is enlarged around a place on the screen, which stays put.
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   * @returns {{x: number, y: number, scale: number}}
   */
  enlarged(factor, x = this.width / 2, y = this.height / 2) {
    const from = this.goal ?? this;
    const scale = Math.max(0.6, Math.min(closest, (from.scale * factor) / this.whole)) * this.whole;
    const right = (x - this.width / 2) * (1 / from.scale - 1 / scale);
    const down = (y - this.height / 2) * (1 / from.scale - 1 / scale);
    return { x: inside(from.x + right), y: inside(from.y + down), scale };
  }

  /**
   * Goes to a place, at once where people asked for less motion.
   * @param {{x: number, y: number, scale: number}} goal
   * @param {boolean} atOnce
   */
  go(goal, atOnce = lessMotion()) {
    this.goal = goal;
    if (atOnce) this.arrive();
  }

  /** Ends a movement at its goal. */
  arrive() {
    if (this.goal) ({ x: this.x, y: this.y, scale: this.scale } = this.goal);
    this.goal = null;
  }

  /**
   * Takes a step towards the goal.
   * @param {number} milliseconds Since the last one.
   * @returns {boolean} Whether it moved.
   */
  step(milliseconds) {
    if (!this.goal) return false;
    const share = 1 - Math.exp(-milliseconds / 90);
    const scale = this.scale * (this.goal.scale / this.scale) ** share;
    // The place moves as the reciprocal of the scale does, so that the pointer stays on its word.
    const [before, after] = [1 / this.scale, 1 / this.goal.scale];
    const moved =
      Math.abs(after - before) < 1e-4 * before ? share : (1 / scale - before) / (after - before);
    this.x += (this.goal.x - this.x) * moved;
    this.y += (this.goal.y - this.y) * moved;
    this.scale = scale;
    const apart = Math.hypot(this.goal.x - this.x, this.goal.y - this.y) * scale;
    if (apart < 0.3 && Math.abs(this.goal.scale / scale - 1) < 0.002) this.arrive();
    return true;
  }

  /**
   * Where all of some places are seen.
   * @param {import("./model.js").Points} points
   * @param {number[]} rows
   * @returns {{x: number, y: number, scale: number}}
   */
  around(points, rows) {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const row of rows) {
      left = Math.min(left, points.x[row]);
      right = Math.max(right, points.x[row]);
      top = Math.min(top, points.y[row]);
      bottom = Math.max(bottom, points.y[row]);
    }
    const room = 0.72;
    const scale = Math.min(
      (this.width * room) / Math.max(right - left, 1e-6),
      (this.height * room) / Math.max(bottom - top, 1e-6),
      this.whole * nearest,
    );
    return {
      x: (left + right) / 2,
      y: (top + bottom) / 2,
      scale: Math.max(scale, this.whole),
    };
  }
}

/** @returns {boolean} Whether people asked their system for less motion. */
export function lessMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * @param {number} value
 * @returns {number} Kept near the map.
 */
function inside(value) {
  return Math.max(-0.2, Math.min(1.2, value));
}

/** The map of all words: what is seen of it, what is lit, and what a pointer touches. */

import { Camera, lessMotion } from "./camera.js";
import { listen } from "./gestures.js";
import { Grid } from "./grid.js";
import { labelScales } from "./labels.js";
import { Painter } from "./painter.js";
import { Scene, tiers } from "./scene.js";
import { terrain } from "./terrain.js";
import { shortened } from "./text.js";
import { palette } from "./theme.js";
import { Widths } from "./widths.js";

/**
 * @typedef {object} Focus What a view draws attention to.
 * @property {number[]} chosen The words that were asked for.
 * @property {number[]} lit Their answers, the best first.
 * @property {[number, number][]} arrows From one word to another.
 * @property {[number, number][]} lines
 * @property {boolean} alone Whether other words are hardly seen.
 * @property {number[]} trails Words whose way from the old model to the new is drawn.
 */

/** @typedef {import("./model.js").Points} Points */
/** @typedef {"map" | "axis" | "axes"} Kind Of layout; only the map has land. */

const journey = 800; // milliseconds from one layout to another
const reach = 14; // pixels from the pointer to a word

/** @type {Focus} */
const nothing = { chosen: [], lit: [], arrows: [], lines: [], trails: [], alone: false };

/** The map on its canvas. */
export class Atlas {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./model.js").Model} model
   */
  constructor(canvas, model) {
    this.canvas = canvas;
    this.model = model;
    this.painter = new Painter(canvas);
    this.camera = new Camera();
    this.scene = new Scene(this);
    this.points = copied(model.versions[0].map);
    this.camera.extent = extent(this.points);
    this.outlines = terrain(this.points);
    this.grid = new Grid(this.points);
    this.labels = model.words.map((word) => shortened(word));
    this.tier = Uint8Array.from(model.words, (_, row) =>
      tiers.findIndex(({ share }) => row < Math.max(8, share * model.size)),
    );
    this.widths = new Float32Array(model.size);
    /** @type {Float32Array} */
    this.scales = new Float32Array(model.size);
    this.focus = nothing;
    this.group = -1; // the only one that is lit, or -1
    this.hovered = -1;
    /** @type {Kind} */
    this.kind = "map";
    this.onMap = 1; // from 1, the map with its land, to 0, another layout
    this.lassoing = false;
    /** @type {[number, number][]} */
    this.path = [];
    /** @type {{from: Points, to: Points, start: number, onMap: [number, number]} | null} */
    this.travel = null;
    this.frame = 0;
    this.lastTime = 0;

    /** @type {(row: number) => void} */
    this.onPick = () => {};
    /** @type {(rows: number[]) => void} */
    this.onLasso = () => {};
    /** @type {() => void} */
    this.onMoved = () => {};
    /** @type {() => void} */
    this.onCancel = () => {};

    listen(canvas, this.actions());
    this.recolour();
    this.resize();
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  /** @returns {import("./gestures.js").Actions} */
  actions() {
    const { camera } = this;
    const word = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ within) =>
      this.wordAt(x, y, within);
    return {
      pan: (x, y) => this.moved(() => camera.pan(x, y)),
      zoom: (factor, x, y, atOnce) => {
        this.moved(() => camera.go(camera.enlarged(factor, x, y), atOnce || lessMotion()));
      },
      fit: () => this.fit(),
      click: (x, y, touch) => {
        const row = word(x, y, touch ? 2 * reach : reach);
        if (row >= 0) this.onPick(row);
      },
      hover: (x, y) => this.hover(word(x, y, reach)),
      leave: () => this.hover(-1),
      lassoing: () => this.lassoing,
      lasso: (path, ended) => {
        this.path = ended ? [] : path;
        if (ended) this.onLasso(this.inside(path));
        this.draw();
      },
      cancel: () => this.onCancel(),
    };
  }

  /**
   * Does something to the camera and shows it.
   * @param {() => void} change
   */
  moved(change) {
    change();
    this.onMoved();
    this.draw();
  }

  /** Takes the size of its place on the page. */
  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    const { width, height } = this.camera;
    const known = clientWidth === width && clientHeight === height;
    if (!clientWidth || !clientHeight || (known && this.painter.density === devicePixelRatio))
      return;
    this.painter.resize(clientWidth, clientHeight);
    this.camera.resize(clientWidth, clientHeight);
    this.placeLabels();
    this.paint(performance.now());
  }

  /** Takes the colours of the page. */
  recolour() {
    this.painter.setColours(palette());
    const widths = tiers.map(
      ({ size, weight }) => new Widths(this.painter.context, this.painter.font(size, weight)),
    );
    this.labels.forEach((label, row) => (this.widths[row] = widths[this.tier[row]].of(label) + 6));
    this.draw();
  }

  /** Works out which labels are shown at which scale. */
  placeLabels() {
    this.scales = labelScales(this.grid, this.widths, this.camera.whole * 0.6);
  }

  /** Shows the whole map. */
  fit() {
    this.moved(() => this.camera.go({ x: 0.5, y: 0.5, scale: this.camera.whole }));
  }

  /**
   * Shows all of some words.
   * @param {number[]} rows
   */
  show(rows) {
    if (!rows.length) return;
    const points = this.travel ? this.travel.to : this.points;
    this.moved(() => this.camera.go(this.camera.around(points, rows)));
  }

  /** @param {Partial<Focus>} focus */
  light(focus) {
    this.focus = { ...nothing, ...focus };
    this.draw();
  }

  /** @param {number} row */
  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.canvas.style.cursor = this.lassoing ? "crosshair" : row >= 0 ? "pointer" : "grab";
    this.draw();
  }

  /**
   * Moves every word to a new place.
   * @param {Points} to
   * @param {Kind} kind
   * @param {boolean} atOnce
   */
  layOut(to, kind, atOnce = false) {
    const onMap = kind === "map" ? 1 : 0;
    this.camera.extent = extent(kind === "map" ? this.model.versions[0].map : to);
    this.kind = kind;
    if (atOnce || lessMotion()) {
      this.travel = null;
      this.points = copied(to);
      this.onMap = onMap;
      this.settle();
    } else {
      const start = performance.now();
      this.travel = { from: copied(this.points), to, start, onMap: [this.onMap, onMap] };
    }
    this.draw();
  }

  /** @returns {boolean} Whether words are on the map, or on their way back to it. */
  isOnMap() {
    return this.kind === "map";
  }

  /** Finds words and places labels anew after words have moved. */
  settle() {
    this.grid = new Grid(this.points);
    this.placeLabels();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} within Pixels.
   * @returns {number} The nearest word, or -1.
   */
  wordAt(x, y, within) {
    const { camera } = this;
    if (this.travel) return -1;
    const special = [...this.focus.chosen, ...this.focus.lit].find((row) => {
      const [right, down] = this.at(row);
      return Math.hypot(right - x, down - y) < within;
    });
    const shown = (/** @type {number} */ row) =>
      this.group < 0 || this.model.groups[row] === this.group;
    return (
      special ?? this.grid.nearest(camera.mapX(x), camera.mapY(y), within / camera.scale, shown)
    );
  }

  /**
   * @param {number} row
   * @returns {[number, number]} On the screen.
   */
  at(row) {
    return this.camera.onScreen(this.points.x[row], this.points.y[row]);
  }

  /**
   * @param {[number, number][]} path On the screen.
   * @returns {number[]} The words inside, most frequent first.
   */
  inside(path) {
    if (path.length < 3) return [];
    /** @type {number[]} */
    const rows = [];
    for (let row = 0; row < this.model.size; row++) {
      const [x, y] = this.at(row);
      let odd = false;
      for (let i = 0, j = path.length - 1; i < path.length; j = i++) {
        const [[x1, y1], [x2, y2]] = [path[i], path[j]];
        if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) odd = !odd;
      }
      if (odd) rows.push(row);
    }
    return rows;
  }

  /** Draws with the next frame. */
  draw() {
    this.frame ||= requestAnimationFrame((time) => {
      this.frame = 0;
      this.paint(time);
    });
  }

  /** @param {number} time */
  paint(time) {
    const passed = Math.min(50, Math.max(1, time - this.lastTime));
    this.lastTime = time;
    if (this.camera.step(passed)) {
      this.onMoved();
      this.draw();
    }
    if (this.travel) this.advance(time);
    this.scene.paint();
  }

  /**
   * Takes every word a step further on its way.
   * @param {number} time
   */
  advance(time) {
    const { from, to, start, onMap } = /** @type {NonNullable<Atlas["travel"]>} */ (this.travel);
    const share = Math.max(0, Math.min(1, (time - start) / journey));
    const eased = share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2;
    const { x, y } = this.points;
    for (let row = 0; row < x.length; row++) {
      x[row] = from.x[row] + (to.x[row] - from.x[row]) * eased;
      y[row] = from.y[row] + (to.y[row] - from.y[row]) * eased;
    }
    this.onMap = onMap[0] + (onMap[1] - onMap[0]) * eased;
    if (share === 1) {
      this.travel = null;
      this.settle();
    }
    this.draw();
  }
}

/**
 * @param {Points} points
 * @returns {{width: number, height: number}} Of the map, whose middle is at 0.5, 0.5.
 */
function extent({ x, y }) {
  const reach = (/** @type {Float32Array} */ places) =>
    Math.max(0.2, 2 * places.reduce((most, place) => Math.max(most, Math.abs(place - 0.5)), 0));
  return { width: reach(x), height: reach(y) };
}

/**
 * @param {Points} points
 * @returns {Points}
 */
function copied(points) {
  return { x: points.x.slice(), y: points.y.slice() };
}

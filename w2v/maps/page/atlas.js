/** The map of all words: what is seen of it, what is lit, and what a pointer touches. */

import { Camera, lessMotion } from "./camera.js";
import { listen } from "./gestures.js";
import { Grid } from "./grid.js";
import { labelHeight, labelScales, Taken } from "./labels.js";
import { Painter } from "./painter.js";
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
 * @property {number[]} trails Words whose way from the old model to the new is drawn.
 */

/** @typedef {import("./model.js").Points} Points */

const tiers = /** @type {const} */ ([
  { share: 0.006, size: 15, weight: 600, dot: 1.7 },
  { share: 0.05, size: 13, weight: 500, dot: 1.3 },
  { share: 1, size: 12, weight: 400, dot: 1 },
]); // the first share of the words are drawn larger
const journey = 800; // milliseconds from one layout to another
const reach = 14; // pixels from the pointer to a word

// Where the label of a lit word may be, from its dot, in pixels: first close by, then farther off.
const close = 8;
const around = [
  [0, -15], [0, 15], [8, 0], [-8, 0], [8, -12], [-8, -12], [8, 12], [-8, 12],
  ...[28, 46, 66, 90].flatMap((away) =>
    [-0.9, -0.45, 0, 0.45, 0.9].flatMap((slope) => [
      [away * Math.cos(slope), away * Math.sin(slope)],
      [-away * Math.cos(slope), away * Math.sin(slope)],
    ]),
  ),
];

/** @type {Focus} */
const nothing = { chosen: [], lit: [], arrows: [], lines: [], trails: [] };

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
    this.everyRow = Uint32Array.from(model.words, (_, row) => row);
    this.seen = new Uint32Array(model.size);
    this.focus = nothing;
    this.group = -1; // the only one that is lit, or -1
    this.hovered = -1;
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
    if (!clientWidth || !clientHeight || (known && this.painter.density === devicePixelRatio)) return;
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
   * @param {boolean} isMap Whether it is the map, which has land.
   * @param {boolean} atOnce
   */
  layOut(to, isMap, atOnce = false) {
    const onMap = isMap ? 1 : 0;
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
    return (this.travel ? this.travel.onMap[1] : this.onMap) === 1;
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
    const shown = (/** @type {number} */ row) => this.group < 0 || this.model.groups[row] === this.group;
    return special ?? this.grid.nearest(camera.mapX(x), camera.mapY(y), within / camera.scale, shown);
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
    this.painter.clear();
    if (this.onMap > 0) this.painter.land(this.outlines, this.camera, this.onMap);
    const visible = this.visible();
    this.paintDots(visible);
    this.paintLines();
    const taken = this.paintFocus();
    this.paintLabels(visible, taken);
    if (this.path.length > 1) this.painter.lasso(this.path);
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

  /** @returns {Uint32Array} The rows that are on the screen, most frequent first. */
  visible() {
    const { camera } = this;
    if (this.travel || camera.zoom <= 1.2) return this.everyRow;
    const edge = 60; // pixels: labels reach in from outside
    let count = 0;
    this.grid.within(
      camera.mapX(-edge),
      camera.mapY(-edge),
      camera.mapX(camera.width + edge),
      camera.mapY(camera.height + edge),
      (row) => (this.seen[count++] = row),
    );
    return this.seen.subarray(0, count).sort();
  }

  /** @returns {boolean} Whether other words step back. */
  get dimmed() {
    return this.focus.chosen.length + this.focus.lit.length > 0;
  }

  /** @param {Uint32Array} visible */
  paintDots(visible) {
    const { painter, camera, model, points } = this;
    const { dots, density, dotColours } = painter;
    const radius = Math.max(1.1, Math.min(4.2, 1.5 * Math.sqrt(camera.zoom)) * this.thinning());
    const masks = tiers.map(({ dot }) => dots.masksOf(radius * dot * density));
    const strength = this.dimmed ? 77 : 220;
    dots.clear();
    for (let i = visible.length - 1; i >= 0; i--) {
      const row = visible[i];
      const group = model.groups[row];
      const x = camera.screenX(points.x[row]) * density;
      const y = camera.screenY(points.y[row]) * density;
      const lit = this.group < 0 || group === this.group;
      dots.put(masks[this.tier[row]], x, y, dotColours[group], lit ? strength : 26);
    }
    painter.layDots();
  }

  /** @returns {number} Dots are smaller where there are many words for the screen. */
  thinning() {
    const room = (this.camera.whole * this.camera.whole) / this.model.size;
    return Math.max(0.6, Math.min(1.3, Math.sqrt(room / 50)));
  }

  /** Draws lines and arrows between words. */
  paintLines() {
    const { painter } = this;
    painter.context.globalAlpha = 0.45;
    for (const [from, to] of this.focus.lines) painter.line(this.at(from), this.at(to), 1, false);
    painter.context.globalAlpha = 1;
    for (const [from, to] of this.focus.arrows) painter.line(this.at(from), this.at(to), 2, true);
    const [before, after] = this.model.versions.map(({ map }) => map);
    for (const row of this.isOnMap() ? this.focus.trails : []) {
      const [from, to] = [before, after].map(({ x, y }) => this.camera.onScreen(x[row], y[row]));
      painter.line(from, to, 1.5, true);
    }
  }

  /** @returns {Taken} Where the labels of lit words are. */
  paintFocus() {
    const { painter } = this;
    const { chosen, lit } = this.focus;
    const taken = new Taken();
    for (const row of [...chosen, ...lit]) taken.keepClear(...this.at(row), 5);
    const { ink, mark } = painter.colours;
    /** @type {{row: number, size: number, weight: number, colour: string, always: boolean}[]} */
    const labels = [
      ...chosen.map((row) => ({ row, size: 16, weight: 650, colour: mark, always: true })),
      ...(this.hovered < 0 ? [] : [{ row: this.hovered, size: 14, weight: 600, colour: ink, always: true }]),
      ...lit.map((row, i) => ({ row, size: 13.5, weight: 550, colour: ink, always: i < 12 })),
    ];
    const placed = labels.flatMap((label) => {
      const place = this.placeFor(label, taken);
      return place ? [{ ...label, ...place }] : [];
    });
    for (const { row, x, y, far } of placed) if (far) painter.leader(this.at(row), [x, y]);
    const colour = (/** @type {number} */ row) => painter.colours.groups[this.model.groups[row]];
    for (const row of [...lit].reverse()) painter.ringed(...this.at(row), 4.5, colour(row));
    if (this.hovered >= 0) painter.ringed(...this.at(this.hovered), 5.5, colour(this.hovered));
    for (const row of chosen) painter.ringed(...this.at(row), 6, mark);
    for (const { row, x, y, size, weight, colour: ofText } of placed) {
      painter.label(this.labels[row], x, y, painter.font(size, weight), 1, ofText);
    }
    return taken;
  }

  /**
   * Where a lit word's label goes: beside its dot, or farther off with a line that leads to it.
   * @param {{row: number, size: number, always: boolean}} label
   * @param {Taken} taken
   * @returns {{x: number, y: number, far: boolean} | null} Its middle; null where there is no room.
   */
  placeFor({ row, size, always }, taken) {
    if (taken.rows.has(row)) return null;
    const [x, y] = this.at(row);
    const width = (this.widths[row] * size) / tiers[this.tier[row]].size + 2;
    const height = size * 1.3;
    const { camera } = this;
    for (const [place, [right, down]] of around.entries()) {
      const middle = x + right + (Math.sign(right) * width) / 2;
      const [left, top] = [middle - width / 2, y + down - height / 2];
      const outside = left < 2 || top < 2 || left + width > camera.width - 2 || top + height > camera.height - 2;
      if (outside || !taken.take(left, top, width, height)) continue;
      taken.rows.add(row);
      return { x: middle, y: y + down, far: place >= close };
    }
    if (!always || x < 0 || y < 0 || x > camera.width || y > camera.height) return null;
    taken.rows.add(row);
    return { x, y: y - 15, far: false };
  }

  /**
   * Writes the labels that have room at this scale; those that just got it fade in.
   * @param {Uint32Array} visible
   * @param {Taken} taken Where no label may be.
   */
  paintLabels(visible, taken) {
    if (this.travel) return;
    const { painter, camera, points } = this;
    const most = this.dimmed ? 0.4 : 1;
    for (const row of visible) {
      const margin = camera.scale / this.scales[row] - 1;
      if (margin <= 0 || taken.rows.has(row)) continue;
      if (this.group >= 0 && this.model.groups[row] !== this.group) continue;
      const [x, y] = [camera.screenX(points.x[row]), camera.screenY(points.y[row]) - 10];
      if (x < -80 || x > camera.width + 80 || y < -20 || y > camera.height + 20) continue;
      const width = this.widths[row];
      if (taken.covers(x - width / 2, y - labelHeight / 2, width, labelHeight)) continue;
      const { size, weight } = tiers[this.tier[row]];
      painter.label(this.labels[row], x, y, painter.font(size, weight), most * Math.min(1, margin * 16));
    }
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

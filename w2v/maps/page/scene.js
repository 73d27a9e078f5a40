/** One picture of the map: land, dots, lines and labels, as the atlas is now. */

import { labelHeight, Taken } from "./labels.js";

export const tiers = /** @type {const} */ ([
  { share: 0.006, size: 15, weight: 600, dot: 1.7 },
  { share: 0.05, size: 13, weight: 500, dot: 1.3 },
  { share: 1, size: 12, weight: 400, dot: 1 },
]); // the first share of the words are drawn larger
// Where the label of a lit word may be, from its dot, in pixels: first close by, then farther off.
const close = 8;
const around = [
  [0, -15],
  [0, 15],
  [8, 0],
  [-8, 0],
  [8, -12],
  [-8, -12],
  [8, 12],
  [-8, 12],
  ...[28, 46, 66, 90].flatMap((away) =>
    [-0.9, -0.45, 0, 0.45, 0.9].flatMap((slope) => [
      [away * Math.cos(slope), away * Math.sin(slope)],
      [-away * Math.cos(slope), away * Math.sin(slope)],
    ]),
  ),
];

/** Draws an atlas. */
export class Scene {
  /** @param {import("./atlas.js").Atlas} atlas */
  constructor(atlas) {
    this.atlas = atlas;
    this.everyRow = Uint32Array.from(atlas.model.words, (_, row) => row);
    this.seen = new Uint32Array(atlas.model.size);
  }

  /** Draws everything. */
  paint() {
    const { painter, camera, onMap, outlines, kind, path } = this.atlas;
    painter.clear();
    if (onMap < 1) painter.field(camera, 1 - onMap, kind === "axes");
    if (onMap > 0) painter.land(outlines, camera, onMap);
    const visible = this.visible();
    this.paintDots(visible);
    this.paintLines();
    const taken = this.paintFocus();
    this.paintLabels(visible, taken);
    if (path.length > 1) painter.lasso(path);
  }

  /** @returns {Uint32Array} The rows that are on the screen, most frequent first. */
  visible() {
    const { camera, grid, travel } = this.atlas;
    if (travel || camera.zoom <= 1.2) return this.everyRow;
    const edge = 60; // pixels: labels reach in from outside
    let count = 0;
    grid.within(
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
    return this.atlas.focus.chosen.length + this.atlas.focus.lit.length > 0;
  }

  /** @param {Uint32Array} visible */
  paintDots(visible) {
    const { painter, camera, model, points, focus, tier, group: only } = this.atlas;
    const { dots, density, dotColours } = painter;
    const radius = Math.max(1.1, Math.min(4.2, 1.5 * Math.sqrt(camera.zoom)) * this.thinning());
    const masks = tiers.map(({ dot }) => dots.masksOf(radius * dot * density));
    const strength = focus.alone ? 26 : this.dimmed ? 100 : 220;
    dots.clear();
    for (let i = visible.length - 1; i >= 0; i--) {
      const row = visible[i];
      const group = model.groups[row];
      const x = camera.screenX(points.x[row]) * density;
      const y = camera.screenY(points.y[row]) * density;
      const lit = only < 0 || group === only;
      dots.put(masks[tier[row]], x, y, dotColours[group], lit ? strength : 26);
    }
    painter.layDots();
  }

  /** @returns {number} Dots are smaller where there are many words for the screen. */
  thinning() {
    const room = this.atlas.camera.whole ** 2 / this.atlas.model.size;
    return Math.max(0.6, Math.min(1.3, Math.sqrt(room / 50)));
  }

  /** Draws lines and arrows between words. */
  paintLines() {
    const { atlas } = this;
    const { painter, focus } = atlas;
    painter.context.globalAlpha = 0.45;
    for (const [from, to] of focus.lines) painter.line(atlas.at(from), atlas.at(to), 1, false);
    painter.context.globalAlpha = 1;
    for (const [from, to] of focus.arrows) painter.line(atlas.at(from), atlas.at(to), 2, true);
    const [before, after] = atlas.model.versions.map(({ map }) => map);
    for (const row of atlas.isOnMap() ? focus.trails : []) {
      const [from, to] = [before, after].map(({ x, y }) => atlas.camera.onScreen(x[row], y[row]));
      painter.line(from, to, 1.5, true);
    }
  }

  /** @returns {Taken} Where the labels of lit words are. */
  paintFocus() {
    const { atlas } = this;
    const { painter, hovered } = atlas;
    const { chosen, lit } = atlas.focus;
    const taken = new Taken();
    for (const row of [...chosen, ...lit]) taken.keepClear(...atlas.at(row), 5);
    for (const [from, to] of atlas.focus.arrows) taken.keepOff(atlas.at(from), atlas.at(to));
    const { ink, mark } = painter.colours;
    /** @type {{row: number, size: number, weight: number, colour: string, always: boolean}[]} */
    const labels = [
      ...chosen.map((row) => ({ row, size: 16, weight: 650, colour: mark, always: true })),
      ...(hovered < 0 ? [] : [{ row: hovered, size: 14, weight: 600, colour: ink, always: true }]),
      ...lit.map((row, i) => ({ row, size: 13.5, weight: 550, colour: ink, always: i < 12 })),
    ];
    const placed = labels.flatMap((label) => {
      const place = this.placeFor(label, taken);
      return place ? [{ ...label, ...place }] : [];
    });
    for (const { row, x, y, far } of placed) if (far) painter.leader(atlas.at(row), [x, y]);
    const colour = (/** @type {number} */ row) => painter.colours.groups[atlas.model.groups[row]];
    for (const row of [...lit].reverse()) painter.ringed(...atlas.at(row), 4.5, colour(row));
    if (hovered >= 0) painter.ringed(...atlas.at(hovered), 5.5, colour(hovered));
    for (const row of chosen) painter.ringed(...atlas.at(row), 6, mark);
    for (const { row, x, y, size, weight, colour: ofText } of placed) {
      painter.label(atlas.labels[row], x, y, painter.font(size, weight), 1, ofText);
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
    const { camera, widths, tier } = this.atlas;
    const [x, y] = this.atlas.at(row);
    const seen = x >= 0 && y >= 0 && x <= camera.width && y <= camera.height;
    if (!seen || taken.rows.has(row)) return null;
    const width = (widths[row] * size) / tiers[tier[row]].size + 2;
    const height = size * 1.3;
    for (const [place, [right, down]] of around.entries()) {
      const middle = x + right + (Math.sign(right) * width) / 2;
      const [left, top] = [middle - width / 2, y + down - height / 2];
      const outside =
        left < 2 || top < 2 || left + width > camera.width - 2 || top + height > camera.height - 2;
      if (outside || !taken.take(left, top, width, height)) continue;
      taken.rows.add(row);
      return { x: middle, y: y + down, far: place >= close };
    }
    if (!always) return null;
    taken.rows.add(row);
    return { x, y: y - 15, far: false };
  }

  /**
   * Writes the labels that have room at this scale; those that just got it fade in.
   * @param {Uint32Array} visible
   * @param {Taken} taken Where no label may be.
   */
  paintLabels(visible, taken) {
    const { painter, camera, points, model, group, tier, labels, widths, scales, travel, focus } =
      this.atlas;
    if (travel || focus.alone) return;
    const most = this.dimmed ? 0.4 : 1;
    for (const row of visible) {
      const margin = camera.scale / scales[row] - 1;
      if (margin <= 0 || taken.rows.has(row)) continue;
      if (group >= 0 && model.groups[row] !== group) continue;
      const [x, y] = [camera.screenX(points.x[row]), camera.screenY(points.y[row]) - 10];
      if (x < -80 || x > camera.width + 80 || y < -20 || y > camera.height + 20) continue;
      const width = widths[row];
      if (taken.covers(x - width / 2, y - labelHeight / 2, width, labelHeight)) continue;
      const { size, weight } = tiers[tier[row]];
      painter.label(labels[row], x, y, painter.font(size, weight), most * Math.min(1, margin * 16));
    }
  }
}

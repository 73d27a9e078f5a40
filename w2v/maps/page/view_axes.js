/** Words laid out along one or two axes, each from one word or list of words to another. */

import { answerList, sideBySide } from "./answers.js";
import { Combobox } from "./combobox.js";
import { element, fill } from "./dom.js";
import { readList, separators } from "./expression.js";
import { along, best } from "./search.js";
import { shown, twoDigits } from "./text.js";

const listed = 8; // words at each end
const tall = 0.85; // of the words laid out, by their width
const examples = [
  ["poor", "rich"],
  ["man", "woman"],
  ["small", "large"],
  ["old", "new"],
  ["he", "she"],
  ["cold", "hot"],
];

/** @typedef {{from: string, to: string, places: Float32Array}} Axis */

/** @typedef {import("./app.js").View} View */

/** @implements {View} */
export class AxesView {
  /**
   * @param {import("./app.js").App} app
   * @param {Record<"left" | "right" | "top" | "bottom", HTMLElement>} ends Where the ends are named.
   */
  constructor(app, ends) {
    this.app = app;
    this.ends = ends;
    this.name = "axes";
    this.title = "Axes";
    const field = (/** @type {string} */ name, /** @type {string} */ label) =>
      new Combobox(app, {
        label,
        separator: separators.list,
        submit: (text) => app.go({ [name]: text }),
      });
    this.fields = {
      xa: field("xa", "Left"),
      xb: field("xb", "Right"),
      ya: field("ya", "Bottom"),
      yb: field("yb", "Top"),
      only: field("only", "Only these words (all if empty)"),
    };
    this.results = element("div", { class: "results" });
    this.root = element(
      "div",
      { class: "view" },
      element(
        "p",
        { class: "lead" },
        "Two words, or two lists of words, make an axis. A second one is optional.",
      ),
      element("div", { class: "pair" }, this.fields.xa.root, this.fields.xb.root),
      element("div", { class: "pair" }, this.fields.ya.root, this.fields.yb.root),
      this.fields.only.root,
      this.results,
    );
  }

  /** Lays the words out as the address says. */
  update() {
    const { app, fields } = this;
    for (const [name, field] of Object.entries(fields)) field.value = app.fragment.get(name);
    app.atlas.group = -1;
    const across = this.axis(fields.xa.value, fields.xb.value);
    const up = this.axis(fields.ya.value, fields.yb.value);
    const problem = [across, up].find((axis) => axis instanceof HTMLElement);
    if (problem instanceof HTMLElement || !across) {
      this.leave();
      app.atlas.light({});
      fill(this.results, problem instanceof HTMLElement ? problem : this.offers());
      return;
    }
    this.show(/** @type {Axis} */ (across), /** @type {Axis | null} */ (up));
  }

  /**
   * @param {string} from
   * @param {string} to
   * @returns {Axis | HTMLElement | null} A message where it is none; null where nothing is given.
   */
  axis(from, to) {
    if (!from && !to) return null;
    const { model } = this.app;
    const ends = [from, to].map((text) => readList(text, model.rows));
    const unknown = ends.flatMap((end) => end.unknown);
    if (unknown.length) return this.app.unknown(unknown, (row) => this.replace(unknown[0], row));
    if (!ends[0].rows.length || !ends[1].rows.length) {
      return element("p", { class: "message" }, "An axis needs a word at each end.");
    }
    const places = along(this.app.units, model.dimensions, ends[0].rows, ends[1].rows);
    if (!places)
      return element(
        "p",
        { class: "message" },
        "Both ends are the same, so that they make no axis.",
      );
    return { from, to, places };
  }

  /**
   * Writes a word in the place of an unknown one.
   * @param {string} unknown
   * @param {number} row
   */
  replace(unknown, row) {
    const word = this.app.model.words[row];
    this.app.go(
      Object.fromEntries(
        Object.entries(this.fields).map(([name, field]) => [
          name,
          field.value.replace(unknown, () => word),
        ]),
      ),
    );
  }

  /** @returns {HTMLElement} Axes that the model has the words for. */
  offers() {
    const { app } = this;
    const known = examples.filter((pair) => pair.every((word) => app.model.rows.has(word)));
    return element(
      "p",
      { class: "chips" },
      known
        .slice(0, 4)
        .map(([from, to]) =>
          element(
            "button",
            { type: "button", class: "chip", onclick: () => app.go({ xa: from, xb: to }) },
            `${from} – ${to}`,
          ),
        ),
    );
  }

  /**
   * @param {Axis} across
   * @param {Axis | null} up
   */
  show(across, up) {
    const { app } = this;
    const { model, atlas } = app;
    const points = laidOut(across.places, up?.places ?? null);
    const first = atlas.isOnMap();
    const only = readList(this.fields.only.value, model.rows);
    atlas.layOut(points, up ? "axes" : "axis");
    atlas.light({ lit: only.rows, alone: only.rows.length > 0 });
    if (only.rows.length > 1) app.frame(only.rows);
    else if (first && !app.fragment.get("at")) atlas.fit();
    this.nameEnds(across, up);
    const axes = up ? [across, up] : [across];
    fill(
      this.results,
      only.unknown.length > 0 &&
        app.unknown(only.unknown, (row) => this.replace(only.unknown[0], row)),
      axes.map((axis) => (only.rows.length ? this.scale(axis, only.rows) : this.extremes(axis))),
      !up && element("p", { class: "facts" }, "Upwards: more frequent words."),
      element(
        "button",
        {
          type: "button",
          class: "quiet",
          onclick: () => app.go({ xa: "", xb: "", ya: "", yb: "", only: "" }),
        },
        "Clear",
      ),
    );
    app.announce(`Words from ${across.from} to ${across.to}`);
  }

  /**
   * @param {Axis} across
   * @param {Axis | null} up
   */
  nameEnds(across, up) {
    const name = (/** @type {HTMLElement} */ end, /** @type {string} */ text) => {
      fill(end, element("bdi", {}, shown(text)));
      end.hidden = !text;
    };
    name(this.ends.left, across.from);
    name(this.ends.right, across.to);
    name(this.ends.bottom, up?.from ?? "");
    name(this.ends.top, up?.to ?? "");
  }

  /**
   * The words that lie farthest towards each end.
   * @param {Axis} axis
   * @returns {HTMLElement}
   */
  extremes({ from, to, places }) {
    const lowest = best(
      places.map((place) => -place),
      listed,
    );
    return sideBySide([
      [`Towards ${shown(from)}`, answerList(this.app, lowest)],
      [`Towards ${shown(to)}`, answerList(this.app, best(places, listed))],
    ]);
  }

  /**
   * Some words on a line from one end to the other.
   * @param {Axis} axis
   * @param {number[]} rows
   * @returns {HTMLElement}
   */
  scale({ from, to, places }, rows) {
    const sorted = [...rows].sort((one, other) => places[one] - places[other]);
    const most = Math.max(...rows.map((row) => Math.abs(places[row])), 0.05);
    return element(
      "section",
      {},
      element(
        "h2",
        { class: "label" },
        element("bdi", {}, shown(from)),
        " – ",
        element("bdi", {}, shown(to)),
      ),
      element(
        "ol",
        { class: "answers" },
        sorted.map((row) => {
          const button = this.app.wordButton(row, "answer");
          const track = element("span", { class: "track", "aria-hidden": "true" });
          track.style.setProperty("--place", String((places[row] / most + 1) / 2));
          track.style.setProperty("--colour", `var(--group-${this.app.model.groups[row] % 12})`);
          button.append(track, element("span", { class: "score" }, twoDigits(places[row])));
          return element("li", {}, button);
        }),
      ),
    );
  }

  /** Brings the map back. */
  leave() {
    for (const end of Object.values(this.ends)) end.hidden = true;
    const { app } = this;
    if (app.atlas.isOnMap()) return;
    app.atlas.layOut(app.mapNow(), "map");
    if (!app.fragment.get("at")) app.atlas.fit();
  }
}

/**
 * Positions from 0 to 1; without a second axis, rarer words lie lower.
 * @param {Float32Array} across
 * @param {Float32Array | null} up
 * @returns {import("./model.js").Points}
 */
function laidOut(across, up) {
  const x = scaled(across, 1);
  if (up) return { x, y: scaled(up, tall).map((place) => 1 - place) };
  const most = Math.log(across.length / 10 + 1);
  const y = x.map((_, row) => 0.5 + tall * (Math.log(row / 10 + 1) / most - 0.5));
  return { x, y };
}

/**
 * @param {Float32Array} places Around 0.
 * @param {number} wide
 * @returns {Float32Array} Around 0.5, as wide as that.
 */
function scaled(places, wide) {
  const most = places.reduce((one, other) => Math.max(one, Math.abs(other)), 1e-6);
  return places.map((place) => 0.5 + (place / most) * (wide / 2));
}

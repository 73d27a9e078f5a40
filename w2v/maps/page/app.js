/** What all views share: the model, the map, the address and the way to say things. */

import { element } from "./dom.js";
import { counted, shown, whole } from "./text.js";

/**
 * @typedef {object} View A part of the panel with a tab of its own.
 * @property {string} name In the address.
 * @property {string} title On its tab.
 * @property {HTMLElement} root
 * @property {() => void} update Shows what the address says.
 * @property {() => void} [leave] Takes back what it did to the map.
 * @property {(row: number) => void} [pick] What a click on a word of the map does; shows the word
 *   unless given.
 */

/** One for the page. */
export class App {
  /**
   * @param {import("./model.js").Model} model
   * @param {import("./atlas.js").Atlas} atlas
   * @param {import("./fragment.js").Fragment} fragment
   * @param {import("./spelling.js").Speller} speller
   * @param {HTMLElement} status Read out by screen readers.
   */
  constructor(model, atlas, fragment, speller, status) {
    this.model = model;
    this.atlas = atlas;
    this.fragment = fragment;
    this.speller = speller;
    this.status = status;
    /** @type {() => void} */
    this.render = () => {};
    /** @type {() => void} Shows how long the list is. */
    this.countList = () => {};
    /** @type {number[]} The words of the list. */
    this.list = [];
    this.moment = 0; // from 0, the old model, to 1, the new one
    /** @type {() => void} Shows what the moment is. */
    this.onMoment = () => {};
  }

  /**
   * Shows the words where they are between the old model and the new.
   * @param {number} moment From 0 to 1.
   */
  setMoment(moment) {
    this.moment = moment;
    if (this.atlas.isOnMap()) this.atlas.layOut(this.mapNow(), "map", true);
    this.onMoment();
  }

  /** @returns {import("./model.js").Points} Where words are on the map at this moment. */
  mapNow() {
    const [before, after] = this.model.versions.map(({ map }) => map);
    if (!after || this.moment === 0) return before;
    const between = (/** @type {Float32Array} */ from, /** @type {Float32Array} */ to) =>
      from.map((place, row) => place + (to[row] - place) * this.moment);
    return { x: between(before.x, after.x), y: between(before.y, after.y) };
  }

  /** The words' vectors, those of the old model where there are two. */
  get units() {
    return this.model.versions[0].units;
  }

  /**
   * Goes to another view or state; going back undoes it.
   * @param {Record<string, string>} changes
   */
  go(changes) {
    this.fragment.push({ at: "", ...changes });
    this.render();
    this.atlas.onMoved();
  }

  /** @param {number} row */
  showWord(row) {
    this.go({ view: "", q: this.model.words[row] });
  }

  /** @param {string} text */
  announce(text) {
    this.status.textContent = text;
  }

  /**
   * Shows some words on the map and the best of them near the first, unless the address says what
   * part of the map is seen.
   * @param {number[]} rows
   */
  frame(rows) {
    if (this.fragment.get("at")) return;
    this.atlas.show(rows);
  }

  /**
   * A word that shows itself on the map when it is pointed at, and its answers when clicked.
   * @param {number} row
   * @param {string} kind A class of the style sheet.
   * @param {(row: number) => void} act
   * @returns {HTMLButtonElement}
   */
  wordButton(row, kind = "word", act = (chosen) => this.showWord(chosen)) {
    return element(
      "button",
      {
        type: "button",
        class: kind,
        onclick: () => act(row),
        onpointerenter: () => this.atlas.hover(row),
        onpointerleave: () => this.atlas.hover(-1),
        onfocus: () => this.atlas.hover(row),
        onblur: () => this.atlas.hover(-1),
      },
      element("bdi", {}, shown(this.model.words[row])),
    );
  }

  /**
   * A message that words are not on the page, with those that are written like the first.
   * @param {string[]} unknown
   * @param {(row: number) => void} act What to do with a word that is offered.
   * @returns {HTMLElement}
   */
  unknown(unknown, act) {
    const near = this.speller.near(unknown[0], 4);
    const named = unknown
      .slice(0, 5)
      .flatMap((word, i) => [i ? ", " : "", element("bdi", {}, `“${shown(word)}”`)]);
    const more = unknown.length > 5 ? ` and ${whole(unknown.length - 5)} more` : "";
    const verb = unknown.length === 1 ? " is" : " are";
    return element(
      "div",
      { class: "message" },
      element(
        "p",
        {},
        named,
        `${more}${verb} not among the ${counted(this.model.size, "word")} here.`,
      ),
      near.length > 0 &&
        element(
          "p",
          { class: "chips" },
          "Near spellings: ",
          near.map((row) => this.wordButton(row, "chip", act)),
        ),
    );
  }
}

/** The neighbourhoods of two words side by side. */

import { answerList, sideBySide } from "./answers.js";
import { Combobox } from "./combobox.js";
import { element, fill } from "./dom.js";
import { cosine, nearest } from "./search.js";
import { counted, shown, twoDigits } from "./text.js";

const listed = 20;

/** @typedef {import("./app.js").View} View */

/** @implements {View} */
export class CompareView {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    this.name = "compare";
    this.title = "Compare";
    this.one = new Combobox(app, { label: "One word", submit: (text) => app.go({ one: text }) });
    this.two = new Combobox(app, { label: "Another", submit: (text) => app.go({ two: text }) });
    this.results = element("div", { class: "results" });
    this.root = element(
      "div",
      { class: "view" },
      element("div", { class: "pair" }, this.one.root, this.two.root),
      this.results,
    );
  }

  /** Shows the two lists, and what they share. */
  update() {
    const { app } = this;
    const { model, atlas, fragment } = app;
    this.one.value = fragment.get("one");
    this.two.value = fragment.get("two");
    atlas.group = -1;
    const texts = [fragment.get("one"), fragment.get("two")].filter(Boolean);
    const rows = texts.map((text) => model.rows.get(text) ?? model.rows.get(text.toLowerCase()));
    const known = rows.filter((row) => row !== undefined);
    const unknown = texts.filter((_, i) => rows[i] === undefined);
    atlas.light({ chosen: known });
    if (unknown.length) {
      const field = unknown[0] === fragment.get("one") ? "one" : "two";
      fill(
        this.results,
        app.unknown(unknown, (row) => app.go({ [field]: model.words[row] })),
      );
    } else if (known.length < 2) {
      fill(
        this.results,
        element(
          "p",
          { class: "lead" },
          "What do two words have in common? Type them, or click them on the map.",
        ),
      );
    } else this.compare(known[0], known[1]);
  }

  /**
   * @param {number} one
   * @param {number} two
   */
  compare(one, two) {
    const { app } = this;
    const { words, dimensions } = app.model;
    const lists = [one, two].map(
      (row) => nearest(app.units, dimensions, [{ sign: 1, row }], listed) ?? [],
    );
    const [left, right] = lists.map((list) => new Set(list.map(({ row }) => row)));
    const shared = new Set([...left].filter((row) => right.has(row)));
    app.atlas.light({
      chosen: [one, two],
      lit: [...new Set([...shared, ...left, ...right])].filter((row) => row !== one && row !== two),
      lines: [...shared].flatMap((row) => [
        [one, row],
        [two, row],
      ]),
    });
    app.frame([one, two]);
    fill(
      this.results,
      element(
        "p",
        { class: "facts" },
        `Cosine ${twoDigits(cosine(app.units, dimensions, one, two))} · ` +
          `of their ${listed} nearest words they share ${shared.size || "none"}`,
      ),
      sideBySide(
        [one, two].map((row, i) => [
          shown(words[row]),
          answerList(app, lists[i], { marks: shared, mark: "in both lists" }),
        ]),
      ),
    );
    app.announce(`${counted(shared.size, "neighbour")} in common`);
  }

  /**
   * Takes a word as the second, or as the first where there is none.
   * @param {number} row
   */
  pick(row) {
    const { app } = this;
    app.go({ [app.fragment.get("one") ? "two" : "one"]: app.model.words[row] });
  }
}

/** The odd one out of three words or more. */

import { answerList } from "./answers.js";
import { Combobox } from "./combobox.js";
import { element, fill } from "./dom.js";
import { readList, separators } from "./expression.js";
import { closeness } from "./search.js";
import { shown } from "./text.js";

const examples = [
  "breakfast dinner lunch red",
  "france italy spain london",
  "red green blue three",
  "monday friday sunday winter",
];

/** @typedef {import("./app.js").View} View */

/** @implements {View} */
export class OddView {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    this.name = "odd";
    this.title = "Odd one out";
    this.field = new Combobox(app, {
      label: "Three words or more",
      separator: separators.list,
      submit: (text) => app.go({ odd: text }),
    });
    this.results = element("div", { class: "results" });
    this.root = element("div", { class: "view" }, this.field.root, this.results);
  }

  /** Shows how well each word fits the others. */
  update() {
    const { app } = this;
    const text = app.fragment.get("odd");
    this.field.value = text;
    app.atlas.group = -1;
    const { rows, unknown } = readList(text, app.model.rows);
    app.atlas.light({ chosen: rows });
    if (unknown.length) {
      fill(
        this.results,
        app.unknown(unknown, (row) =>
          app.go({ odd: text.replace(unknown[0], () => app.model.words[row]) }),
        ),
      );
      return;
    }
    if (rows.length < 3) {
      fill(
        this.results,
        element(
          "p",
          { class: "lead" },
          "Which word fits the others least? Type them, or click them on the map.",
        ),
        this.offers(),
      );
      return;
    }
    const fits = closeness(app.units, app.model.dimensions, rows);
    if (!fits) {
      fill(
        this.results,
        element(
          "p",
          { class: "message" },
          "These words add up to nothing, so that none is the odd one.",
        ),
      );
      return;
    }
    const odd = fits[0].row;
    app.atlas.light({ chosen: [odd], lit: rows.filter((row) => row !== odd) });
    app.frame(rows);
    fill(
      this.results,
      element(
        "header",
        { class: "card" },
        element("h2", { dir: "auto" }, shown(app.model.words[odd])),
        element(
          "p",
          { class: "facts" },
          "is the odd one out: its cosine with the mean of all is the lowest.",
        ),
      ),
      answerList(app, [...fits].reverse(), { marks: new Set([odd]), mark: "odd one out" }),
    );
    app.announce(`${app.model.words[odd]} is the odd one out`);
  }

  /** @returns {HTMLElement} Examples that the model has the words for. */
  offers() {
    const { app } = this;
    const known = examples.filter((text) => !readList(text, app.model.rows).unknown.length);
    return element(
      "p",
      { class: "chips" },
      known.map((text) =>
        element(
          "button",
          { type: "button", class: "chip", onclick: () => app.go({ odd: text }) },
          text.replaceAll(" ", ", "),
        ),
      ),
    );
  }

  /**
   * Adds a word, or takes it out.
   * @param {number} row
   */
  pick(row) {
    const { app } = this;
    const { rows } = readList(this.field.value, app.model.rows);
    const next = rows.includes(row) ? rows.filter((one) => one !== row) : [...rows, row];
    app.go({ odd: next.map((one) => app.model.words[one]).join(", ") });
  }
}

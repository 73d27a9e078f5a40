/** Words gathered with a lasso or one by one, to copy or download. */

import { element, fill } from "./dom.js";
import { counted, csv, shown, whole } from "./text.js";

const drawn = 300; // words shown
const linked = 1000; // words that an address holds

/** @typedef {import("./app.js").View} View */

/** @implements {View} */
export class ListView {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    this.name = "list";
    this.title = "List";
    this.lasso = element(
      "button",
      {
        type: "button",
        class: "strong",
        "aria-pressed": "false",
        onclick: () => this.draw(!app.atlas.lassoing),
      },
      "Draw around words",
    );
    this.results = element("div", { class: "results" });
    this.root = element(
      "div",
      { class: "view" },
      element(
        "p",
        { class: "lead" },
        "Draw around words on the map (or drag with Shift held), click them one by one, " +
          "or add them from their own pages.",
      ),
      element("p", { class: "actions" }, this.lasso),
      this.results,
    );
    app.atlas.onLasso = (rows) => this.take(rows);
  }

  /** @param {boolean} whether The next drag draws a lasso. */
  draw(whether) {
    this.app.atlas.lassoing = whether;
    this.app.atlas.canvas.style.cursor = whether ? "crosshair" : "grab";
    this.lasso.setAttribute("aria-pressed", String(whether));
  }

  /** @param {number[]} rows What a lasso went around. */
  take(rows) {
    this.draw(false);
    if (rows.length) this.set([...new Set([...this.app.list, ...rows])]);
    else this.app.announce("No word inside");
  }

  /** @param {number[]} rows */
  set(rows) {
    const { app } = this;
    app.list = rows;
    const words = rows.length <= linked ? rows.map((row) => app.model.words[row]).join(",") : "";
    app.fragment.push({ view: "list", list: words });
    app.render();
    app.announce(`The list has ${counted(rows.length, "word")}`);
  }

  /** Shows the list. */
  update() {
    const { app } = this;
    const rows = app.list;
    app.atlas.group = -1;
    app.atlas.light({ lit: rows.slice(0, drawn) });
    if (!rows.length) {
      fill(this.results);
      return;
    }
    const button = (/** @type {string} */ text, /** @type {() => void} */ act) =>
      element("button", { type: "button", class: "quiet", onclick: act }, text);
    fill(
      this.results,
      element("h2", { class: "small" }, counted(rows.length, "word")),
      element(
        "p",
        { class: "actions" },
        button("Copy", () => this.copy()),
        button("Download CSV", () => this.download()),
        button("Clear", () => this.set([])),
      ),
      rows.length > linked &&
        element("p", { class: "facts" }, "Too long for a link: download it instead."),
      element(
        "ul",
        { class: "chips" },
        rows.slice(0, drawn).map((row) =>
          element(
            "li",
            { class: "removable" },
            app.wordButton(row, "chip"),
            element(
              "button",
              {
                type: "button",
                class: "remove",
                "aria-label": `Remove ${shown(app.model.words[row])}`,
                onclick: () => this.pick(row),
              },
              "×",
            ),
          ),
        ),
      ),
      rows.length > drawn &&
        element("p", { class: "facts" }, `and ${whole(rows.length - drawn)} more`),
    );
  }

  /**
   * Adds a word, or takes it out.
   * @param {number} row
   */
  pick(row) {
    const { list } = this.app;
    this.set(list.includes(row) ? list.filter((one) => one !== row) : [...list, row]);
  }

  /** Puts the words on the clipboard, one per line. */
  async copy() {
    const { app } = this;
    const text = app.list.map((row) => app.model.words[row]).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      app.announce(`Copied ${counted(app.list.length, "word")}`);
    } catch {
      app.announce("This browser lets no page copy; download the list instead");
    }
  }

  /** Saves the words with what is known of them. */
  download() {
    const { list, model } = this.app;
    const counts = model.versions[0].counts;
    const head = counts ? ["word", "rank", "count"] : ["word", "rank"];
    const rows = list.map((row) => [model.words[row], row + 1, ...(counts ? [counts[row]] : [])]);
    const address = URL.createObjectURL(new Blob([csv([head, ...rows])], { type: "text/csv" }));
    element("a", { href: address, download: "words.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
}

/** Two models: the words that moved most from the old one to the new. */

import { answerList } from "./answers.js";
import { element, fill } from "./dom.js";
import { best, kept } from "./search.js";
import { counted, whole } from "./text.js";

const listed = 50;
const arrows = 15;

/** @typedef {import("./app.js").View} View */

/** @implements {View} */
export class ChangesView {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    this.name = "changes";
    this.title = "Changes";
    const { versions, dimensions, size } = app.model;
    this.cosines = kept(versions[0].units, versions[1].units, dimensions);
    const choices = [1000, 3000, 10000].filter((among) => among < size);
    this.among = element(
      "select",
      { id: "among", onchange: () => app.go({ among: this.among.value }) },
      [...choices, size].map((number) =>
        element(
          "option",
          { value: number === size ? "" : number },
          number === size ? `all ${whole(size)} words` : `the ${whole(number)} most frequent`,
        ),
      ),
    );
    this.results = element("div", { class: "results" });
    this.root = element(
      "div",
      { class: "view" },
      element(
        "p",
        { class: "lead" },
        "The new model is rotated to fit the old one as well as it can. " +
          "The words with the lowest cosine to themselves changed most.",
      ),
      element(
        "p",
        { class: "pair middle" },
        element("label", { for: "among" }, "Among"),
        this.among,
      ),
      this.results,
    );
  }

  /** Lists the words that changed most. */
  update() {
    const { app } = this;
    const among = app.fragment.get("among");
    this.among.value = among;
    app.atlas.group = -1;
    const part = this.cosines.subarray(0, Number(among) || this.cosines.length);
    const moved = best(
      part.map((cosine) => -cosine),
      listed,
    ).map(({ row }) => ({ row, score: this.cosines[row] }));
    app.atlas.light({
      lit: moved.slice(0, arrows).map(({ row }) => row),
      trails: moved.slice(0, arrows).map(({ row }) => row),
    });
    fill(this.results, answerList(app, moved));
    app.announce(`${counted(moved.length, "word")} that changed most`);
  }
}

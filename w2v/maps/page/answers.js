/** Lists of words with bars. */

import { element } from "./dom.js";
import { twoDigits } from "./text.js";

/**
 * Words with their scores as bars, the best first.
 * @param {import("./app.js").App} app
 * @param {import("./search.js").Answer[]} answers
 * @param {{marks?: Set<number>, mark?: string, act?: (row: number) => void}} how `marks` are words
 *   that stand out; `mark` says why.
 * @returns {HTMLOListElement}
 */
export function answerList(app, answers, { marks = new Set(), mark = "", act } = {}) {
  return element(
    "ol",
    { class: "answers" },
    answers.map(({ row, score }) => {
      const button = app.wordButton(row, marks.has(row) ? "answer marked" : "answer", act);
      const bar = element("span", { class: "bar", "aria-hidden": "true" });
      bar.style.setProperty("--share", String(Math.max(0, Math.min(1, score))));
      bar.style.setProperty("--colour", `var(--group-${app.model.groups[row] % 12})`);
      const why = marks.has(row) && element("span", { class: "unseen" }, mark);
      button.append(
        bar,
        element("span", { class: "score" }, twoDigits(score)),
        ...(why ? [why] : []),
      );
      return element("li", {}, button);
    }),
  );
}

/**
 * Two lists side by side, each under a title.
 * @param {[Node | string, HTMLElement][]} columns
 * @returns {HTMLElement}
 */
export function sideBySide(columns) {
  return element(
    "div",
    { class: "columns" },
    columns.map(([title, list]) =>
      element(
        "section",
        {},
        element(
          "h2",
          { class: "label" },
          typeof title === "string" ? element("bdi", {}, title) : title,
        ),
        list,
      ),
    ),
  );
}

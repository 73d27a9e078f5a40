/** The first view: a word and its neighbours, or a sum of words and its answers. */

import { answerList, sideBySide } from "./answers.js";
import { element, fill } from "./dom.js";
import { readSum } from "./expression.js";
import { cosine, nearest } from "./search.js";
import { counted, shown, whole } from "./text.js";

/** @typedef {import("./search.js").Term} Term */

const first = 10;
const further = 40;

/** @typedef {import("./app.js").View} View */

/** @implements {View} */
export class WordsView {
  /** @param {import("./app.js").App} app */
  constructor(app) {
    this.app = app;
    this.name = "";
    this.title = "Words";
    this.root = element("div", { class: "view" });
  }

  /** Shows what the address asks for. */
  update() {
    const { app } = this;
    const query = app.fragment.get("q");
    const group = app.fragment.get("group");
    app.atlas.group = query || !group ? -1 : Number(group) - 1;
    if (!query) {
      this.welcome();
      return;
    }
    const read = readSum(query, app.model.rows);
    if ("terms" in read) this.answer(read.terms);
    else {
      app.atlas.light({});
      const message =
        "unknown" in read
          ? app.unknown([read.unknown], (row) => {
              app.go({ q: query.replace(read.unknown, () => app.model.words[row]) });
            })
          : element("p", { class: "message" }, read.wrong);
      fill(this.root, message);
      app.announce(message.textContent ?? "");
    }
  }

  /** @param {Term[]} terms */
  answer(terms) {
    const { app } = this;
    const most = app.fragment.get("more") ? further : first;
    const { dimensions, versions } = app.model;
    const found = versions.map(({ units }) => nearest(units, dimensions, terms, most));
    const [answers] = found;
    if (answers === null) {
      app.atlas.light({});
      fill(
        this.root,
        element(
          "p",
          { class: "message" },
          "These words add up to nothing, which has no neighbours.",
        ),
      );
      return;
    }
    const every = [...new Set(found.flatMap((list) => (list ?? []).map(({ row }) => row)))];
    this.light(terms, every);
    const lists =
      versions.length === 1
        ? answerList(app, answers)
        : sideBySide(versions.map(({ name }, i) => [name, answerList(app, found[i] ?? [])]));
    fill(
      this.root,
      terms.length === 1 ? this.card(terms[0].row) : this.sum(terms),
      lists,
      element(
        "button",
        {
          type: "button",
          class: "quiet",
          onclick: () => app.go({ more: most === first ? "1" : "" }),
        },
        most === first ? "Show more" : "Show fewer",
      ),
    );
    const best = answers.length ? `, nearest: ${app.model.words[answers[0].row]}` : "";
    app.announce(`${counted(answers.length, "word")}${best}`);
  }

  /**
   * @param {Term[]} terms
   * @param {number[]} answers
   */
  light(terms, answers) {
    const { atlas } = this.app;
    const added = terms.filter(({ sign }) => sign > 0).map(({ row }) => row);
    const taken = terms.filter(({ sign }) => sign < 0).map(({ row }) => row);
    const chosen = [...added, ...taken];
    if (terms.length === 1) {
      const lines = answers
        .slice(0, first)
        .map((row) => /** @type {[number, number]} */ ([chosen[0], row]));
      atlas.light({ chosen, lit: answers, lines });
    } else if (answers.length) {
      // king - man + woman = queen: the step from man to king is that from woman to queen.
      const goal = answers[0];
      /** @type {[number, number][]} */
      const arrows =
        added.length === 2 && taken.length === 1
          ? [
              [taken[0], added[0]],
              [added[1], goal],
            ]
          : added.map((row) => [row, goal]);
      atlas.light({ chosen, lit: answers, arrows });
    }
    this.app.frame(
      terms.length === 1 ? this.around(chosen[0], answers) : [...chosen, ...answers.slice(0, 1)],
    );
  }

  /**
   * @param {number} row
   * @param {number[]} answers
   * @returns {number[]} The word with its answers, without those that lie far off on the map.
   */
  around(row, answers) {
    const { x, y } = this.app.model.versions[0].map;
    const away = (/** @type {number} */ other) => Math.hypot(x[other] - x[row], y[other] - y[row]);
    const sorted = answers.slice(0, first).sort((one, other) => away(one) - away(other));
    return [row, ...sorted.slice(0, Math.ceil(sorted.length * 0.6))];
  }

  /**
   * What is known of a word.
   * @param {number} row
   * @returns {HTMLElement}
   */
  card(row) {
    const { app } = this;
    const { words, groups, groupWords, versions } = app.model;
    const [{ counts }] = versions;
    const facts = [
      `No. ${whole(row + 1)} by frequency`,
      counts && counted(counts[row], "occurrence"),
    ];
    const like = groupWords[groups[row]].filter((word) => word !== words[row]).slice(0, 3);
    const dot = element("span", { class: "dot", "aria-hidden": "true" });
    dot.style.setProperty("--colour", `var(--group-${groups[row] % 12})`);
    const second = versions[1];
    const change = second && cosineBetween(app.model, row);
    return element(
      "header",
      { class: "card" },
      element("h2", { dir: "auto" }, shown(words[row])),
      element("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
      change !== undefined &&
        element("p", { class: "facts" }, `Cosine between the two models: ${change.toFixed(2)}`),
      element(
        "p",
        { class: "facts" },
        dot,
        "Group of ",
        like.flatMap((word, i) => [i ? ", " : "", element("bdi", {}, shown(word))]),
      ),
      element(
        "p",
        { class: "actions" },
        element(
          "button",
          {
            type: "button",
            class: "quiet",
            onclick: () => app.go({ view: "compare", one: words[row] }),
          },
          "Compare",
        ),
        element(
          "button",
          { type: "button", class: "quiet", onclick: () => this.add(row) },
          "Add to list",
        ),
      ),
    );
  }

  /** @param {number} row */
  add(row) {
    const { app } = this;
    if (!app.list.includes(row)) app.list = [...app.list, row];
    app.fragment.replace({ list: app.list.map((one) => app.model.words[one]).join(",") });
    app.announce(`Added. The list has ${counted(app.list.length, "word")}.`);
    app.countList();
  }

  /**
   * The words of a sum with their signs.
   * @param {Term[]} terms
   * @returns {HTMLElement}
   */
  sum(terms) {
    return element(
      "header",
      { class: "card" },
      element(
        "h2",
        { class: "sum" },
        terms.flatMap(({ sign, row }, i) => [
          i || sign < 0 ? element("span", { class: "sign" }, sign > 0 ? " + " : " − ") : "",
          this.app.wordButton(row, "term"),
        ]),
      ),
      element("p", { class: "facts" }, "The words nearest to this sum, by cosine."),
    );
  }

  /** What is shown before anything is asked. */
  welcome() {
    const { app } = this;
    const { model, atlas } = app;
    atlas.light({});
    const examples = exampleSums(model).map((text) =>
      element(
        "button",
        { type: "button", class: "chip", onclick: () => app.go({ q: text }) },
        element("bdi", {}, text.replaceAll(" - ", " − ")),
      ),
    );
    fill(
      this.root,
      element(
        "p",
        { class: "lead" },
        "Words that are used alike lie close together. Search for one, click one on the map, or write a sum of words.",
      ),
      examples.length > 0 && element("p", { class: "chips" }, examples),
      element("h2", { class: "label" }, "Groups"),
      element(
        "ul",
        { class: "groups" },
        model.groupWords.map((words, i) => this.groupItem(words, i)),
      ),
    );
  }

  /**
   * @param {string[]} words
   * @param {number} group
   * @returns {HTMLLIElement}
   */
  groupItem(words, group) {
    const { app } = this;
    const chosen = app.atlas.group === group;
    const dot = element("span", { class: "dot", "aria-hidden": "true" });
    dot.style.setProperty("--colour", `var(--group-${group % 12})`);
    return element(
      "li",
      {},
      element(
        "button",
        {
          type: "button",
          class: "group",
          "aria-pressed": String(chosen),
          onclick: () => app.go({ group: chosen ? "" : String(group + 1) }),
        },
        dot,
        element(
          "span",
          {},
          words.flatMap((word, i) => [i ? ", " : "", element("bdi", {}, shown(word))]),
        ),
      ),
    );
  }
}

/**
 * @param {import("./model.js").Model} model
 * @param {number} row
 * @returns {number} The cosine of a word in one model with itself in the other.
 */
function cosineBetween(model, row) {
  const [before, after] = model.versions.map(({ units }) =>
    units.subarray(row * model.dimensions, (row + 1) * model.dimensions),
  );
  const both = new Float32Array(2 * model.dimensions);
  both.set(before);
  both.set(after, model.dimensions);
  return cosine(both, model.dimensions, 0, 1);
}

/**
 * @param {import("./model.js").Model} model
 * @returns {string[]} Sums whose words the model knows, and a few words.
 */
function exampleSums(model) {
  const sums = ["king - man + woman", "paris - france + italy", "bigger - big + small"].filter(
    (sum) => "terms" in readSum(sum, model.rows),
  );
  // Groups of rarer words are of one subject; the most frequent words are of none.
  const rarity = (/** @type {string[]} */ group) =>
    Math.min(...group.map((word) => model.rows.get(word) ?? 0));
  const words = model.groupWords
    .filter((group) => group.length > 0 && shown(group[0]) === group[0])
    .sort((one, other) => rarity(other) - rarity(one))
    .map(([word]) => word);
  return [...sums.slice(0, 2), ...words.slice(0, 5 - Math.min(2, sums.length))];
}

/** A text field that completes words (the combobox pattern of the ARIA practices). */

import { element, fill } from "./dom.js";
import { lastTerm } from "./expression.js";
import { shown } from "./text.js";

const most = 8;
let made = 0;

/** A field with its label and its list of words. */
export class Combobox {
  /**
   * @param {import("./app.js").App} app
   * @param {object} how
   * @param {string} how.label
   * @param {boolean} [how.labelHidden] Whether only screen readers get the label.
   * @param {string} [how.placeholder]
   * @param {RegExp | null} [how.separator] What parts words; null where the text is one word.
   * @param {"search" | "text"} [how.type]
   * @param {(text: string) => void} how.submit
   */
  constructor(
    app,
    { label, labelHidden, placeholder = "", separator = null, type = "text", submit },
  ) {
    this.app = app;
    this.separator = separator;
    this.submit = submit;
    this.sent = ""; // what was handed over last
    this.active = -1;
    /** @type {number[]} */
    this.offered = [];
    const id = `field-${++made}`;
    this.options = element("ul", {
      id: `${id}-words`,
      role: "listbox",
      "aria-label": "Words",
      hidden: true,
    });
    this.input = element("input", {
      id,
      type,
      placeholder,
      dir: "auto",
      role: "combobox",
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      enterkeyhint: "search",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.options.id,
      oninput: () => this.offer(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.press(event),
      onblur: () => this.leave(),
    });
    this.root = element(
      "div",
      { class: "field" },
      element("label", { for: id, class: labelHidden ? "unseen" : null }, label),
      this.input,
      this.options,
    );
  }

  get value() {
    return this.input.value;
  }

  /** @param {string} text */
  set value(text) {
    if (document.activeElement !== this.input || this.input.value.trim() !== text) {
      this.input.value = text;
    }
    this.sent = text;
  }

  /** Offers words for what is typed. */
  offer() {
    if (this.input.type === "search" && !this.value && this.sent) {
      this.send(); // it was cleared
      return;
    }
    const { term } = this.parts();
    this.offered = this.app.speller.complete(term, most);
    this.active = -1;
    fill(
      this.options,
      this.offered.map((row, i) => this.option(row, i)),
    );
    this.open(this.offered.length > 0);
  }

  /**
   * @param {number} row
   * @param {number} place In the list.
   * @returns {HTMLLIElement}
   */
  option(row, place) {
    return element(
      "li",
      {
        id: `${this.input.id}-${place}`,
        role: "option",
        "aria-selected": "false",
        onpointerdown: (/** @type {Event} */ event) => event.preventDefault(),
        onclick: () => this.choose(place),
      },
      element("bdi", {}, shown(this.app.model.words[row])),
    );
  }

  /** @returns {{before: string, term: string}} What is typed: the last word, and what is before it. */
  parts() {
    const text = this.input.value;
    return this.separator ? lastTerm(text, this.separator) : { before: "", term: text };
  }

  /** @param {boolean} whether */
  open(whether) {
    this.options.hidden = !whether;
    this.input.setAttribute("aria-expanded", String(whether));
    if (!whether) this.select(-1);
  }

  /** @param {number} place Of the option that Enter takes, or -1. */
  select(place) {
    this.active = place;
    [...this.options.children].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === place));
      if (i === place) option.scrollIntoView({ block: "nearest" });
    });
    if (place < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.input.id}-${place}`);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.isComposing) return;
    const count = this.options.hidden ? 0 : this.offered.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!count) {
        this.offer();
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.select(((this.active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.active >= 0) this.choose(this.active);
      else this.send();
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      event.stopPropagation();
      this.open(false);
    }
  }

  /** @param {number} place */
  choose(place) {
    this.input.value = this.parts().before + this.app.model.words[this.offered[place]];
    this.send();
    this.input.focus();
  }

  /** Hands the text over. */
  send() {
    this.open(false);
    this.sent = this.value.trim();
    this.submit(this.sent);
  }

  /** Hands a changed text over when the field is left, and closes the list. */
  leave() {
    this.open(false);
    if (this.input.type !== "search" && this.value.trim() !== this.sent) this.send();
  }
}

/** The panel: a tab for each view, and the one view that is seen. */

import { byId, element, fill } from "./dom.js";
import { readList } from "./expression.js";
import { whole } from "./text.js";

/** The views that have a tab, and what is seen of them. */
export class Panel {
  /**
   * @param {import("./app.js").App} app
   * @param {import("./app.js").View[]} views
   * @param {import("./combobox.js").Combobox} search
   */
  constructor(app, views, search) {
    this.app = app;
    this.views = views;
    this.search = search;
    this.place = byId("view", HTMLElement);
    /** @type {import("./app.js").View | null} */
    this.current = null;
    this.tabs = views.map((view, i) =>
      element(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${i}`,
          "aria-controls": "view",
          onclick: () => app.go({ view: view.name }),
          onkeydown: (/** @type {KeyboardEvent} */ event) => this.press(event, i),
        },
        view.title,
      ),
    );
    fill(byId("tabs", HTMLElement), this.tabs);
    app.render = () => this.render();
    app.countList = () => this.countList();
  }

  /**
   * Arrow keys go from tab to tab.
   * @param {KeyboardEvent} event
   * @param {number} from
   */
  press(event, from) {
    const count = this.tabs.length;
    const goals = /** @type {Record<string, number>} */ ({
      ArrowRight: (from + 1) % count,
      ArrowLeft: (from + count - 1) % count,
      Home: 0,
      End: count - 1,
    });
    if (!(event.key in goals)) return;
    event.preventDefault();
    this.tabs[goals[event.key]].focus();
    this.app.go({ view: this.views[goals[event.key]].name });
  }

  /** @param {number} row A word of the map that was clicked. */
  pick(row) {
    if (this.current?.pick) this.current.pick(row);
    else this.app.showWord(row);
  }

  /** Shows what an address says that was opened, changed by hand or gone back to. */
  follow() {
    const { app } = this;
    const list = app.fragment.get("list");
    if (list) app.list = readList(list, app.model.rows).rows;
    const at = app.fragment.get("at").split(",").map(Number);
    const moment = Number(app.fragment.get("t")) / 100;
    if (app.model.versions.length > 1) app.setMoment(Math.max(0, Math.min(1, moment || 0)));
    this.render();
    if (at.length === 3 && at.every(Number.isFinite)) {
      const { camera } = app.atlas;
      camera.go(
        { x: at[0], y: at[1], scale: Math.max(0.6, Math.min(60, at[2])) * camera.whole },
        true,
      );
      app.atlas.draw();
    }
  }

  /** Shows the view and its state that the address names. */
  render() {
    const { app } = this;
    const name = app.fragment.get("view");
    const view = this.views.find((one) => one.name === name) ?? this.views[0];
    if (view !== this.current) {
      this.current?.leave?.();
      this.current = view;
      fill(this.place, view.root);
      this.place.scrollTop = 0;
      const chosen = this.views.indexOf(view);
      this.place.setAttribute("aria-labelledby", `tab-${chosen}`);
      this.tabs.forEach((tab, i) => {
        tab.setAttribute("aria-selected", String(i === chosen));
        tab.tabIndex = i === chosen ? 0 : -1;
      });
      this.tabs[chosen].scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    this.search.value = app.fragment.get("q");
    view.update();
    this.countList();
    app.atlas.draw();
  }

  /** Writes the length of the list on its tab. */
  countList() {
    const at = this.views.findIndex((view) => view.name === "list");
    const { length } = this.app.list;
    this.tabs[at].textContent = length
      ? `${this.views[at].title} (${whole(length)})`
      : this.views[at].title;
  }
}

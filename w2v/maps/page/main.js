/** Starts the page: reads the model, builds the panel and ties it to the map. */

import { App } from "./app.js";
import { Atlas } from "./atlas.js";
import { Combobox } from "./combobox.js";
import { byId, element, fill } from "./dom.js";
import { readList, separators } from "./expression.js";
import { Fragment } from "./fragment.js";
import { readModel } from "./model.js";
import { Speller } from "./spelling.js";
import { shown, whole } from "./text.js";
import { isDark, startTheme, switchTheme } from "./theme.js";
import { AxesView } from "./view_axes.js";
import { ChangesView } from "./view_changes.js";
import { CompareView } from "./view_compare.js";
import { ListView } from "./view_list.js";
import { OddView } from "./view_odd.js";
import { WordsView } from "./view_words.js";

/** @returns {App} */
function start() {
  const source = byId("model", HTMLScriptElement);
  const model = readModel(source.text);
  source.remove();
  /** @type {() => void} */
  let recolour = () => {};
  startTheme(() => recolour());
  const atlas = new Atlas(byId("canvas", HTMLCanvasElement), model);
  const app = new App(model, atlas, new Fragment(), new Speller(model.words), byId("status", HTMLElement));
  nameModel(app);
  recolour = themes(app);
  const search = searchField(app);
  const views = allViews(app);
  const panel = new Panel(app, views, search);
  buttons(app);
  if (model.versions.length > 1) slider(app);
  atlas.onPick = (row) => panel.pick(row);
  atlas.onCancel = () => app.go({ q: "", group: "" });
  atlas.onMoved = () => {
    const { x, y, zoom } = atlas.camera;
    app.fragment.replace({ at: [x, y, zoom].map((value) => value.toFixed(3)).join(",") });
  };
  app.fragment.onChange = () => panel.follow();
  panel.follow();
  document.documentElement.dataset.ready = "";
  return app;
}

/** The views that have a tab, and what is seen of them. */
class Panel {
  /**
   * @param {App} app
   * @param {import("./app.js").View[]} views
   * @param {Combobox} search
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
      camera.go({ x: at[0], y: at[1], scale: Math.max(0.6, Math.min(60, at[2])) * camera.whole }, true);
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
    this.tabs[at].textContent = length ? `${this.views[at].title} (${whole(length)})` : this.views[at].title;
  }
}

/**
 * @param {App} app
 * @returns {import("./app.js").View[]}
 */
function allViews(app) {
  const end = (/** @type {string} */ name) => byId(`end-${name}`, HTMLElement);
  const ends = { left: end("left"), right: end("right"), top: end("top"), bottom: end("bottom") };
  return [
    new WordsView(app),
    ...(app.model.versions.length > 1 ? [new ChangesView(app)] : []),
    new AxesView(app, ends),
    new OddView(app),
    new CompareView(app),
    new ListView(app),
  ];
}

/** @param {App} app */
function nameModel(app) {
  const { title, versions, size, dimensions } = app.model;
  fill(byId("title", HTMLElement), element("bdi", {}, shown(title)));
  const of = versions[0].vocabulary > size ? ` of ${whole(versions[0].vocabulary)}` : "";
  byId("about", HTMLElement).textContent = `${whole(size)}${of} words · ${whole(dimensions)} dimensions`;
}

/**
 * @param {App} app
 * @returns {Combobox}
 */
function searchField(app) {
  const search = new Combobox(app, {
    label: "A word, or a sum of words",
    labelHidden: true,
    placeholder: app.model.rows.has("king") ? "A word, or king − man + woman" : "A word, or a sum: a − b + c",
    separator: separators.sum,
    type: "search",
    submit: (text) => app.go({ view: "", q: text, group: "" }),
  });
  fill(byId("search", HTMLElement), search.root);
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.input.focus();
    search.input.select();
  });
  return search;
}

/**
 * @param {App} app
 * @returns {() => void} What to do after the colours have changed.
 */
function themes(app) {
  const button = byId("theme", HTMLButtonElement);
  const recolour = () => {
    app.atlas.recolour();
    button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  };
  button.addEventListener("click", () => {
    switchTheme();
    recolour();
  });
  recolour();
  return recolour;
}

/** @param {App} app */
function buttons(app) {
  const { atlas } = app;
  const zoom = (/** @type {number} */ factor) => () =>
    atlas.moved(() => atlas.camera.go(atlas.camera.enlarged(factor)));
  byId("zoom-in", HTMLButtonElement).addEventListener("click", zoom(1.8));
  byId("zoom-out", HTMLButtonElement).addEventListener("click", zoom(1 / 1.8));
  byId("fit", HTMLButtonElement).addEventListener("click", () => atlas.fit());
  atlas.canvas.setAttribute(
    "aria-label",
    `Map of ${whole(app.model.size)} words. Arrow keys move it, plus and minus zoom, 0 shows all of it, Escape clears.`,
  );
}

/**
 * The way from the old model to the new.
 * @param {App} app
 */
function slider(app) {
  const place = byId("versions", HTMLElement);
  const input = element("input", {
    type: "range",
    min: 0,
    max: 100,
    "aria-label": "From the old model to the new",
    oninput: () => {
      app.fragment.replace({ t: input.value === "0" ? "" : input.value });
      app.setMoment(Number(input.value) / 100);
    },
  });
  const [before, after] = app.model.versions.map(({ name }) => element("bdi", {}, shown(name)));
  fill(place, before, input, after);
  place.hidden = false;
  app.onMoment = () => (input.value = String(Math.round(app.moment * 100)));
  app.onMoment();
}

export const explorer = start();

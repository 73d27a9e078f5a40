/** Starts the page: reads the model, builds the panel and ties it to the map. */

import { App } from "./app.js";
import { Atlas } from "./atlas.js";
import { Combobox } from "./combobox.js";
import { byId, element, fill } from "./dom.js";
import { separators } from "./expression.js";
import { Fragment } from "./fragment.js";
import { readModel } from "./model.js";
import { Panel } from "./panel.js";
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
  const app = new App(
    model,
    atlas,
    new Fragment(),
    new Speller(model.words),
    byId("status", HTMLElement),
  );
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
    const at = [x, y, zoom].map((value) => value.toFixed(3)).join(",");
    app.fragment.replace({ at: at === "0.500,0.500,1.000" ? "" : at });
  };
  app.fragment.onChange = () => panel.follow();
  panel.follow();
  document.documentElement.dataset.ready = "";
  return app;
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
  byId("about", HTMLElement).textContent =
    `${whole(size)}${of} words · ${whole(dimensions)} dimensions`;
}

/**
 * @param {App} app
 * @returns {Combobox}
 */
function searchField(app) {
  const search = new Combobox(app, {
    label: "A word, or a sum of words",
    labelHidden: true,
    placeholder: app.model.rows.has("king")
      ? "A word, or king − man + woman"
      : "A word, or a sum: a − b + c",
    separator: separators.sum,
    type: "search",
    submit: (text) => app.go({ view: "", q: text, group: "" }),
  });
  fill(byId("search", HTMLElement), search.root);
  addEventListener("keydown", (event) => {
    const typing =
      event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
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
  const name = () => {
    button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  };
  const recolour = () => {
    app.atlas.recolour();
    name();
  };
  button.addEventListener("click", () => {
    switchTheme();
    recolour();
  });
  name();
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

// For the browser's console: explorer.model holds the words and their vectors.
Reflect.set(window, "explorer", start());

/** Light and dark, and the colours that the map is drawn with. */

/**
 * @typedef {object} Palette
 * @property {string} sea
 * @property {string[]} land Lowest first.
 * @property {string} coast
 * @property {string} ink
 * @property {string} mark What is chosen.
 * @property {string} halo Around letters.
 * @property {string[]} groups
 * @property {string} font
 */

const key = "w2v-theme";
const darkSystem = matchMedia("(prefers-color-scheme: dark)");

/** @typedef {"light" | "dark"} Theme */

/**
 * Uses what was chosen on this page before, or what the system uses; follows the system while
 * nothing is chosen.
 * @param {() => void} onChange
 */
export function startTheme(onChange) {
  const chosen = remembered();
  document.documentElement.dataset.theme = chosen ?? system();
  darkSystem.addEventListener("change", () => {
    if (remembered()) return;
    document.documentElement.dataset.theme = system();
    onChange();
  });
}

/** @returns {Theme} */
function system() {
  return darkSystem.matches ? "dark" : "light";
}

/** @returns {Theme | null} */
function remembered() {
  try {
    const text = localStorage.getItem(key);
    return text === "light" || text === "dark" ? text : null;
  } catch {
    return null; // a browser may keep nothing for files
  }
}

/** Changes from light to dark, or back; what the system uses is followed again from there on. */
export function switchTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    if (theme === system()) localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // It is used all the same, only not remembered.
  }
}

/** @returns {boolean} Whether the page is dark now. */
export function isDark() {
  return document.documentElement.dataset.theme === "dark";
}

/** @returns {Palette} The colours that the style sheet sets now. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    sea: colour("sea"),
    land: [colour("land-1"), colour("land-2"), colour("land-3")],
    coast: colour("coast"),
    ink: colour("ink"),
    mark: colour("mark"),
    halo: colour("land-1"),
    groups: Array.from({ length: 12 }, (_, i) => colour(`group-${i}`)),
    font: colour("font"),
  };
}

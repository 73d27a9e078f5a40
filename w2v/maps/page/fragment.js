/** What the page shows, kept in the address after #, so that a view can be linked to. */

/** Names and texts; a name without a text is left out. */
export class Fragment {
  constructor() {
    /** @type {() => void} Called when the address was changed by hand, or by going back. */
    this.onChange = () => {};
    this.values = new URLSearchParams(location.hash.slice(1));
    const changed = () => {
      if (location.hash.slice(1) === this.values.toString()) return;
      this.values = new URLSearchParams(location.hash.slice(1));
      this.onChange();
    };
    addEventListener("popstate", changed);
    addEventListener("hashchange", changed);
    this.timer = 0;
  }

  /**
   * @param {string} name
   * @returns {string}
   */
  get(name) {
    return this.values.get(name) ?? "";
  }

  /**
   * Changes values at once; going back undoes it.
   * @param {Record<string, string>} changes
   */
  push(changes) {
    const before = this.values.toString();
    this.apply(changes);
    clearTimeout(this.timer);
    if (this.values.toString() !== before) history.pushState(null, "", `#${this.values}`);
  }

  /**
   * Changes values that are not worth going back to, a little later: browsers refuse many at once.
   * @param {Record<string, string>} changes
   */
  replace(changes) {
    this.apply(changes);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => history.replaceState(null, "", `#${this.values}`), 200);
  }

  /** @param {Record<string, string>} changes */
  apply(changes) {
    for (const [name, text] of Object.entries(changes)) {
      if (text) this.values.set(name, text);
      else this.values.delete(name);
    }
  }
}

/** What people type: a word, a sum such as king - man + woman, or a list of words. */

/** @typedef {{sign: 1 | -1, word: string}} Written */

const minus = /^[-−–]$/u; // the sign itself too, and what word processors make of it

/** What ends a term of a sum, or a word of a list, while it is typed. */
export const separators = { sum: /(?:^|\s)[-−–+]\s+/gu, list: /[,，、،;\n]\s*|\s+/gu };

/**
 * Reads a sum of words. + and - stand between spaces, so that well-known is a word; all that
 * stands between two of them is one word, spaces in it included.
 * @param {string} text
 * @returns {Written[] | string} The terms, or what is wrong.
 */
export function parseSum(text) {
  /** @type {Written[]} */
  const terms = [];
  /** @type {1 | -1} */
  let sign = 1;
  /** @type {string[]} */
  let words = [];
  const tokens = text.split(/\s+/u).filter(Boolean);
  for (const [place, token] of [...tokens, "+"].entries()) {
    if (token !== "+" && !minus.test(token)) {
      words.push(token);
      continue;
    }
    if (words.length) terms.push({ sign, word: words.join(" ") });
    else if (place > 0) {
      return place === tokens.length
        ? "A word is missing at the end."
        : `A word is missing before “${token}”.`;
    }
    sign = token === "+" ? 1 : -1;
    words = [];
  }
  return terms.length ? terms : "Type a word.";
}

/**
 * The sum that a text asks for, its words found. Three words side by side mean a - b + c.
 * @param {string} text
 * @param {Map<string, number>} rows
 * @returns {{terms: import("./search.js").Term[]} | {unknown: string} | {wrong: string}}
 */
export function readSum(text, rows) {
  const trimmed = text.trim();
  const whole = rows.get(trimmed);
  if (whole !== undefined) return { terms: [{ sign: 1, row: whole }] };
  const parsed = parseSum(trimmed);
  if (typeof parsed === "string") return { wrong: parsed };
  const written = parsed.length === 1 ? (asAnalogy(parsed[0].word, rows) ?? parsed) : parsed;
  const terms = [];
  for (const { sign, word } of written) {
    const row = rows.get(word) ?? rows.get(word.toLowerCase());
    if (row === undefined) return { unknown: word };
    terms.push({ sign, row });
  }
  return { terms };
}

/**
 * @param {string} text
 * @param {Map<string, number>} rows
 * @returns {Written[] | null} a - b + c for three known words a, b and c.
 */
function asAnalogy(text, rows) {
  const words = text.split(/\s+/u);
  if (rows.has(text) || words.length !== 3 || !words.every((word) => rows.has(word))) return null;
  return words.map((word, place) => ({ sign: place === 1 ? -1 : 1, word }));
}

/**
 * A list of words: commas and line ends part them, spaces too unless the whole is a word.
 * @param {string} text
 * @param {Map<string, number>} rows
 * @returns {{rows: number[], unknown: string[]}} Each word once.
 */
export function readList(text, rows) {
  /** @type {Set<number>} */
  const found = new Set();
  /** @type {Set<string>} */
  const unknown = new Set();
  for (const part of text.split(/[,，、،;\n]/u).map((piece) => piece.trim())) {
    const words = rows.has(part) ? [part] : part.split(/\s+/u).filter(Boolean);
    for (const word of words) {
      const row = rows.get(word) ?? rows.get(word.toLowerCase());
      if (row === undefined) unknown.add(word);
      else found.add(row);
    }
  }
  return { rows: [...found], unknown: [...unknown] };
}

/**
 * The term that is being typed at the end of a text, and what stands before it.
 * @param {string} text
 * @param {RegExp} separator What ends a term, with the space after it.
 * @returns {{before: string, term: string}}
 */
export function lastTerm(text, separator) {
  let cut = 0;
  for (const match of text.matchAll(separator)) cut = match.index + match[0].length;
  return { before: text.slice(0, cut), term: text.slice(cut) };
}

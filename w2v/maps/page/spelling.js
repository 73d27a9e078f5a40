/** Completion of words, and near spellings of unknown ones. */

const combining = /\p{Mn}/gu;

/**
 * A word without case and accents, for comparing.
 * @param {string} word
 * @returns {string}
 */
export function fold(word) {
  return word.normalize("NFD").replace(combining, "").toLowerCase();
}

/** Finds words by how they are written. */
export class Speller {
  /** @param {string[]} words Most frequent first. */
  constructor(words) {
    this.words = words;
    /** @type {string[] | null} */
    this.foldedWords = null;
  }

  /** All words folded, made when they are first needed. */
  get folded() {
    this.foldedWords ??= this.words.map(fold);
    return this.foldedWords;
  }

  /**
   * Rows of words that begin with a text, then of those that hold it; most frequent first.
   * @param {string} text
   * @param {number} most
   * @returns {number[]}
   */
  complete(text, most) {
    const wanted = fold(text.trim());
    if (!wanted) return [];
    /** @type {number[]} */
    const beginning = [];
    /** @type {number[]} */
    const holding = [];
    const exact = this.words.indexOf(text.trim());
    if (exact >= 0) beginning.push(exact);
    for (let row = 0; row < this.words.length && beginning.length < most; row++) {
      const place = this.folded[row].indexOf(wanted);
      if (row === exact || place < 0) continue;
      if (place === 0) beginning.push(row);
      else if (holding.length < most && wanted.length > 2) holding.push(row);
    }
    return [...beginning, ...holding].slice(0, most);
  }

  /**
   * Rows of the words with the fewest edits to a text, two at most; most frequent first.
   * @param {string} text
   * @param {number} most
   * @returns {number[]}
   */
  near(text, most) {
    const wanted = [...fold(text)];
    const limit = wanted.length <= 4 ? 1 : 2;
    /** @type {{row: number, distance: number}[]} */
    const found = [];
    this.folded.forEach((word, row) => {
      if (Math.abs(word.length - wanted.length) > 2 * limit) return;
      const distance = edits(wanted, [...word], limit);
      if (distance <= limit) found.push({ row, distance });
    });
    found.sort((one, other) => one.distance - other.distance || one.row - other.row);
    return found.slice(0, most).map(({ row }) => row);
  }
}

/**
 * How many letters to insert, remove, change or swap to get from one word to the other.
 * @param {string[]} one
 * @param {string[]} other
 * @param {number} limit More than this are not counted on.
 * @returns {number}
 */
function edits(one, other, limit) {
  /** @type {number[]} */
  let above2 = [];
  let above = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= other.length; j++) {
      let cell = Math.min(
        above[j] + 1,
        row[j - 1] + 1,
        above[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        cell = Math.min(cell, above2[j - 2] + 1);
      }
      row.push(cell);
      least = Math.min(least, cell);
    }
    if (least > limit + 1) return least;
    above2 = above;
    above = row;
  }
  return above[other.length];
}

/** Words, numbers and files as people see them. */

const steering =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const numbers = new Intl.NumberFormat("en");

/**
 * A word with the characters that would move or hide text shown as escapes.
 * @param {string} word
 * @returns {string}
 */
export function shown(word) {
  return word.replace(
    steering,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * A word short enough for a label.
 * @param {string} word
 * @param {number} most Letters.
 * @returns {string}
 */
export function shortened(word, most = 28) {
  const letters = [...shown(word)];
  return letters.length <= most ? letters.join("") : `${letters.slice(0, most - 1).join("")}…`;
}

/**
 * @param {number} value
 * @returns {string} 12,345
 */
export function whole(value) {
  return numbers.format(value);
}

/**
 * @param {number} value
 * @returns {string} A cosine with two digits, and a real minus sign.
 */
export function twoDigits(value) {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && text !== "0.00" ? `−${text}` : text;
}

/**
 * @param {number} number
 * @param {string} one
 * @param {string} many
 * @returns {string} "1 word", "2 words".
 */
export function counted(number, one, many = `${one}s`) {
  return `${whole(number)} ${number === 1 ? one : many}`;
}

/**
 * A table as comma-separated values, RFC 4180.
 * @param {(string | number)[][]} rows
 * @returns {string}
 */
export function csv(rows) {
  const cell = (/** @type {string | number} */ value) => {
    const text = String(value);
    return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

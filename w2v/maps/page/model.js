/** The model that the page carries: words, unit vectors, positions on the map, groups. */

/**
 * @typedef {object} Points Where each word is on the map, from 0 to 1 both ways; y grows downwards.
 * @property {Float32Array} x
 * @property {Float32Array} y
 */

/**
 * @typedef {object} Version One model's view of the words.
 * @property {string} name
 * @property {number} vocabulary How many words the whole model has.
 * @property {number[] | null} counts How often each word occurred in training, if known.
 * @property {Float32Array} units A row of length 1 for each word, one after another.
 * @property {Points} map
 */

/**
 * @typedef {object} Model
 * @property {string} title
 * @property {number} size How many words are on the page.
 * @property {number} dimensions
 * @property {string[]} words Most frequent first, as in the model.
 * @property {Map<string, number>} rows Word to row.
 * @property {Uint8Array} groups Each word's group.
 * @property {string[][]} groupWords A few words that stand for each group.
 * @property {Version[]} versions One, or the old and the new one.
 */

/**
 * Reads the JSON that the page was made with; see w2v/maps/explorer.py.
 * @param {string} json
 * @returns {Model}
 */
export function readModel(json) {
  const data = JSON.parse(json);
  /** @type {string[]} */
  const words = data.words;
  /** @type {Version[]} */
  const versions = data.versions.map((/** @type {any} */ version) => ({
    name: version.name,
    vocabulary: version.vocabulary,
    counts: version.counts,
    units: unitRows(bytesOf(version.vectors), data.dimensions),
    map: pointsOf(bytesOf(version.map)),
  }));
  return {
    title: data.title,
    size: words.length,
    dimensions: data.dimensions,
    words,
    rows: new Map(words.map((word, row) => [word, row])),
    groups: bytesOf(data.groups),
    groupWords: data.group_words,
    versions,
  };
}

/**
 * @param {string} base64
 * @returns {Uint8Array}
 */
function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * Rows of whole numbers from -127 to 127, scaled to length 1.
 * @param {Uint8Array} bytes
 * @param {number} dimensions
 * @returns {Float32Array}
 */
function unitRows(bytes, dimensions) {
  const whole = new Int8Array(bytes.buffer);
  const units = new Float32Array(whole.length);
  for (let start = 0; start < whole.length; start += dimensions) {
    let squares = 0;
    for (let i = start; i < start + dimensions; i++) squares += whole[i] * whole[i];
    const factor = 1 / Math.sqrt(squares);
    for (let i = start; i < start + dimensions; i++) units[i] = whole[i] * factor;
  }
  return units;
}

/**
 * Pairs of little-endian 16-bit numbers, as positions from 0 to 1.
 * @param {Uint8Array} bytes
 * @returns {Points}
 */
function pointsOf(bytes) {
  const view = new DataView(bytes.buffer);
  const size = bytes.length / 4;
  const points = { x: new Float32Array(size), y: new Float32Array(size) };
  for (let row = 0; row < size; row++) {
    points.x[row] = view.getUint16(4 * row, true) / 65535;
    points.y[row] = view.getUint16(4 * row + 2, true) / 65535;
  }
  return points;
}

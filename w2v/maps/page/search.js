/** Answers computed from unit vectors, as w2v's own commands compute them. */

/** @typedef {{row: number, score: number}} Answer */
/** @typedef {{sign: 1 | -1, row: number}} Term */

/**
 * The cosine of every word with a direction.
 * @param {Float32Array} units
 * @param {Float32Array} direction Of length 1.
 * @returns {Float32Array}
 */
export function cosines(units, direction) {
  const dimensions = direction.length;
  const scores = new Float32Array(units.length / dimensions);
  for (let row = 0, at = 0; row < scores.length; row++) {
    let sum = 0;
    for (let i = 0; i < dimensions; i++, at++) sum += units[at] * direction[i];
    scores[row] = sum;
  }
  return scores;
}

/**
 * The best-scoring rows, best first; equal scores by row.
 * @param {Float32Array} scores
 * @param {number} most
 * @param {Iterable<number>} barred Rows that are no answers.
 * @returns {Answer[]}
 */
export function best(scores, most, barred = []) {
  const out = new Set(barred);
  /** @type {Answer[]} */
  const found = [];
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row];
    if ((found.length === most && score <= found[most - 1].score) || out.has(row)) continue;
    let place = found.length;
    while (place > 0 && found[place - 1].score < score) place--;
    found.splice(place, 0, { row, score });
    if (found.length > most) found.pop();
  }
  return found;
}

/**
 * The sum of words added and taken away, at length 1; null where they add up to nothing.
 * @param {Float32Array} units
 * @param {number} dimensions
 * @param {Term[]} terms
 * @returns {Float32Array | null}
 */
export function sumOf(units, dimensions, terms) {
  const sum = new Float64Array(dimensions);
  for (const { sign, row } of terms) {
    for (let i = 0; i < dimensions; i++) sum[i] += sign * units[row * dimensions + i];
  }
  const length = Math.hypot(...sum);
  if (length <= 1e-6 * terms.length) return null;
  return Float32Array.from(sum, (value) => value / length);
}

/**
 * The words nearest to a sum of words, which are no answers themselves.
 * @param {Float32Array} units
 * @param {number} dimensions
 * @param {Term[]} terms
 * @param {number} most
 * @returns {Answer[] | null} Null where the words add up to nothing.
 */
export function nearest(units, dimensions, terms, most) {
  const target = sumOf(units, dimensions, terms);
  if (target === null) return null;
  return best(
    cosines(units, target),
    most,
    terms.map((term) => term.row),
  );
}

/**
 * @param {Float32Array} units
 * @param {number} dimensions
 * @param {number} one A row.
 * @param {number} other A row.
 * @returns {number} Their cosine.
 */
export function cosine(units, dimensions, one, other) {
  let sum = 0;
  for (let i = 0; i < dimensions; i++) {
    sum += units[one * dimensions + i] * units[other * dimensions + i];
  }
  return Math.max(-1, Math.min(1, sum));
}

/**
 * Where each word lies along the way from one list of words to another: its cosine with the
 * difference of the two lists' mean vectors.
 * @param {Float32Array} units
 * @param {number} dimensions
 * @param {number[]} from Rows.
 * @param {number[]} to Rows.
 * @returns {Float32Array | null} Null where the lists have one mean.
 */
export function along(units, dimensions, from, to) {
  const difference = new Float64Array(dimensions);
  for (const [rows, share] of /** @type {[number[], number][]} */ ([
    [to, 1 / to.length],
    [from, -1 / from.length],
  ])) {
    for (const row of rows) {
      for (let i = 0; i < dimensions; i++) difference[i] += share * units[row * dimensions + i];
    }
  }
  const length = Math.hypot(...difference);
  if (length < 1e-6) return null;
  return cosines(
    units,
    Float32Array.from(difference, (value) => value / length),
  );
}

/**
 * Each word's cosine with the mean of all of them, lowest first: the first is the odd one out.
 * @param {Float32Array} units
 * @param {number} dimensions
 * @param {number[]} rows
 * @returns {Answer[] | null} Null where the words add up to nothing.
 */
export function closeness(units, dimensions, rows) {
  const mean = sumOf(
    units,
    dimensions,
    rows.map((row) => ({ sign: 1, row })),
  );
  if (mean === null) return null;
  const scored = rows.map((row) => {
    const score = cosines(units.subarray(row * dimensions, (row + 1) * dimensions), mean)[0];
    return { row, score };
  });
  return scored.sort((one, other) => one.score - other.score);
}

/**
 * Each word's cosine with itself in another model.
 * @param {Float32Array} before
 * @param {Float32Array} after
 * @param {number} dimensions
 * @returns {Float32Array}
 */
export function kept(before, after, dimensions) {
  const scores = new Float32Array(before.length / dimensions);
  for (let row = 0, at = 0; row < scores.length; row++) {
    let sum = 0;
    for (let i = 0; i < dimensions; i++, at++) sum += before[at] * after[at];
    scores[row] = sum;
  }
  return scores;
}

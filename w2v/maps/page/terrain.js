/** Land and sea: where many words lie close together the map rises. */

const side = 256; // nodes of the grid each way
const margin = 24; // of them, empty, around the map
const levels = [0.5, 1.6, 3.2]; // words a node, over the mean of the nodes that hold any

/**
 * The outlines of the land, lowest level first, in the map's own coordinates.
 * @param {import("./model.js").Points} points
 * @returns {Path2D[]}
 */
export function terrain(points) {
  const heights = density(points);
  let sum = 0;
  let land = 0;
  for (const height of heights) {
    if (height > 0.05) {
      sum += height;
      land++;
    }
  }
  const mean = sum / Math.max(1, land);
  return levels.map((level) => outline(heights, level * mean));
}

/**
 * Words a node, smoothed.
 * @param {import("./model.js").Points} points
 * @returns {Float32Array}
 */
function density(points) {
  const inner = side - 2 * margin;
  /** @type {Float32Array} */
  let heights = new Float32Array(side * side);
  for (let row = 0; row < points.x.length; row++) {
    const column = Math.round(margin + points.x[row] * (inner - 1));
    const line = Math.round(margin + points.y[row] * (inner - 1));
    heights[line * side + column]++;
  }
  // Fewer words lie farther apart, so that their land needs wider smoothing to hold together.
  const radius = Math.max(2, Math.min(6, Math.round(300 / Math.sqrt(points.x.length + 1))));
  for (let round = 0; round < 3; round++) {
    heights = transposed(smoothed(transposed(smoothed(heights, radius)), radius));
  }
  return heights;
}

/**
 * Each line's running mean.
 * @param {Float32Array} heights
 * @param {number} radius
 * @returns {Float32Array}
 */
function smoothed(heights, radius) {
  const result = new Float32Array(heights.length);
  for (let line = 0; line < heights.length; line += side) {
    let sum = 0;
    for (let i = -radius; i < side; i++) {
      if (i + radius < side) sum += heights[line + i + radius];
      if (i - radius - 1 >= 0) sum -= heights[line + i - radius - 1];
      if (i >= 0) result[line + i] = Math.max(0, sum / (2 * radius + 1));
    }
  }
  return result;
}

/**
 * @param {Float32Array} heights
 * @returns {Float32Array}
 */
function transposed(heights) {
  const result = new Float32Array(heights.length);
  for (let i = 0; i < heights.length; i++)
    result[(i % side) * side + Math.floor(i / side)] = heights[i];
  return result;
}

/**
 * The edges of the region above a level (marching squares), as closed curves.
 *
 * Each edge between two nodes that the level crosses has a number: twice the first node's, and one
 * more where the second lies below it instead of to its right. A cell joins two such edges, with
 * the high ground on its left, so that following them leads around the region.
 * @param {Float32Array} heights
 * @param {number} level
 * @returns {Path2D}
 */
function outline(heights, level) {
  const next = new Int32Array(2 * heights.length).fill(-1);
  const high = new Uint8Array(5); // corners clockwise, the first again at the end
  const edges = new Int32Array(4);
  for (let node = 0; node < heights.length - side - 1; node++) {
    high[0] = high[4] = Number(heights[node] > level);
    high[1] = Number(heights[node + 1] > level);
    high[2] = Number(heights[node + side + 1] > level);
    high[3] = Number(heights[node + side] > level);
    const sum = high[0] + high[1] + high[2] + high[3];
    if (sum === 0 || sum === 4) continue; // the last column is all sea, and so is never joined
    edges[0] = 2 * node;
    edges[1] = 2 * (node + 1) + 1;
    edges[2] = 2 * (node + side);
    edges[3] = 2 * node + 1;
    const saddle = sum === 2 && high[0] === high[2];
    for (let fall = 0; fall < 4; fall++) {
      if (!high[fall] || high[fall + 1]) continue;
      let rise = (fall + 3) % 4; // of a saddle: its two high corners are kept apart
      while (!saddle && (high[rise] || !high[rise + 1])) rise = (rise + 3) % 4;
      next[edges[fall]] = edges[rise];
    }
  }
  return traced(next, (edge) => crossing(heights, level, edge));
}

/**
 * Where the level crosses an edge.
 * @param {Float32Array} heights
 * @param {number} level
 * @param {number} edge
 * @returns {[number, number]} In the map's coordinates.
 */
function crossing(heights, level, edge) {
  const node = edge >> 1;
  const down = edge & 1;
  const one = heights[node];
  const other = heights[node + (down ? side : 1)];
  const part = (level - one) / (other - one);
  const scale = side - 2 * margin - 1;
  const column = (node % side) + (down ? 0 : part);
  const line = Math.floor(node / side) + (down ? part : 0);
  return [(column - margin) / scale, (line - margin) / scale];
}

/**
 * Smooth closed curves through edges that follow one another.
 * @param {Int32Array} next
 * @param {(edge: number) => [number, number]} where
 * @returns {Path2D}
 */
function traced(next, where) {
  const path = new Path2D();
  for (let start = 0; start < next.length; start++) {
    /** @type {[number, number][]} */
    const curve = [];
    for (let edge = start; next[edge] >= 0;) {
      curve.push(where(edge));
      const following = next[edge];
      next[edge] = -1;
      edge = following;
    }
    if (curve.length < 3) continue;
    const middle = (/** @type {number} */ i) => {
      const [one, other] = [curve[i % curve.length], curve[(i + 1) % curve.length]];
      return /** @type {const} */ ([(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
    };
    path.moveTo(...middle(0));
    for (let i = 1; i <= curve.length; i++) {
      path.quadraticCurveTo(...curve[i % curve.length], ...middle(i));
    }
    path.closePath();
  }
  return path;
}

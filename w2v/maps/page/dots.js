/** Draws tens of thousands of dots in a few milliseconds, straight into the pixels of a layer. */

const phases = 4; // places of a dot's middle within a pixel, each way

/** @typedef {{size: number, alpha: Uint8Array}} Mask How much of each pixel a dot covers. */

/** A layer of the size of the map. Lengths are pixels of the screen, not CSS pixels. */
export class Dots {
  constructor() {
    this.layer = document.createElement("canvas");
    const context = this.layer.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("this browser cannot draw on a canvas");
    this.context = context;
    this.image = new ImageData(1, 1);
    this.pixels = new Uint32Array(this.image.data.buffer);
    /** @type {Map<number, Mask[]>} By radius in quarters of a pixel; one mask for each phase. */
    this.masks = new Map();
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    this.layer.width = width;
    this.layer.height = height;
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** Takes all dots away. */
  clear() {
    this.pixels.fill(0);
  }

  /**
   * The masks of a dot, for `put`.
   * @param {number} radius
   * @returns {Mask[]}
   */
  masksOf(radius) {
    const key = Math.max(1, Math.round(radius * 4));
    let masks = this.masks.get(key);
    if (!masks) {
      masks = Array.from({ length: phases * phases }, (_, i) =>
        mask(key / 4, (i % phases) / phases, Math.floor(i / phases) / phases),
      );
      this.masks.set(key, masks);
    }
    return masks;
  }

  /**
   * @param {Mask[]} masks
   * @param {number} x Of the dot's middle.
   * @param {number} y
   * @param {number} colour As 0xBBGGRR, the order of a canvas's pixels.
   * @param {number} strength From 0 to 256.
   */
  put(masks, x, y, colour, strength) {
    const { width, height } = this.image;
    const [column, line] = [Math.floor(x), Math.floor(y)];
    const phase = Math.floor((y - line) * phases) * phases + Math.floor((x - column) * phases);
    const { size, alpha } = masks[phase];
    const [left, top] = [column - (size >> 1), line - (size >> 1)];
    if (left < 0 || top < 0 || left + size > width || top + size > height) return;
    const { pixels } = this;
    for (let i = 0, down = 0; down < size; down++) {
      for (let at = (top + down) * width + left, end = at + size; at < end; at++, i++) {
        const cover = (alpha[i] * strength) >> 8;
        if (cover && cover >= pixels[at] >>> 24) pixels[at] = (cover << 24) | colour;
      }
    }
  }

  /**
   * Lays the dots over what is drawn already.
   * @param {CanvasRenderingContext2D} context Its coordinates are pixels.
   */
  show(context) {
    this.context.putImageData(this.image, 0, 0);
    context.drawImage(this.layer, 0, 0);
  }
}

/**
 * @param {number} radius
 * @param {number} right Of the middle within its pixel, from 0 to 1.
 * @param {number} down
 * @returns {Mask}
 */
function mask(radius, right, down) {
  const size = 2 * Math.ceil(radius + 0.5) + 1;
  const middle = size >> 1;
  const alpha = new Uint8Array(size * size);
  for (let i = 0; i < alpha.length; i++) {
    const [x, y] = [(i % size) + 0.5 - middle - right, Math.floor(i / size) + 0.5 - middle - down];
    alpha[i] = Math.round(255 * Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(x, y))));
  }
  return { size, alpha };
}

/**
 * @param {string} colour #rrggbb
 * @returns {number} As `put` takes it.
 */
export function pixelColour(colour) {
  const value = Number.parseInt(colour.slice(1), 16);
  return ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16);
}

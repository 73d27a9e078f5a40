/** Draws the map on a canvas: land, dots, lines, labels. Places are CSS pixels on the screen. */

import { Dots, pixelColour } from "./dots.js";

const fullCircle = 2 * Math.PI;

/** Keeps the canvas at the screen's resolution and knows how each thing is drawn. */
export class Painter {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser cannot draw on a canvas");
    this.context = context;
    this.density = 1;
    /** @type {import("./theme.js").Palette} */
    this.colours = {
      sea: "",
      land: [],
      coast: "",
      ink: "",
      mark: "",
      halo: "",
      groups: [],
      font: "",
    };
    this.dots = new Dots();
    /** @type {number[]} The groups' colours as dots take them. */
    this.dotColours = [];
  }

  /** @param {import("./theme.js").Palette} colours */
  setColours(colours) {
    this.colours = colours;
    this.dotColours = colours.groups.map(pixelColour);
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    this.density = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * this.density);
    this.canvas.height = Math.round(height * this.density);
    this.dots.resize(this.canvas.width, this.canvas.height);
  }

  /** Covers all with the sea. */
  clear() {
    this.plain();
    this.context.globalAlpha = 1;
    this.context.fillStyle = this.colours.sea;
    this.context.fillRect(
      0,
      0,
      this.canvas.width / this.density,
      this.canvas.height / this.density,
    );
  }

  /** Coordinates are CSS pixels again. */
  plain() {
    this.context.setTransform(this.density, 0, 0, this.density, 0, 0);
  }

  /**
   * @param {Path2D[]} outlines Lowest first.
   * @param {import("./camera.js").Camera} camera
   * @param {number} strength From 0 to 1.
   */
  land(outlines, camera, strength) {
    const { context, density } = this;
    const scale = camera.scale * density;
    context.setTransform(
      scale,
      0,
      0,
      scale,
      camera.screenX(0) * density,
      camera.screenY(0) * density,
    );
    context.globalAlpha = strength;
    outlines.forEach((outline, level) => {
      context.fillStyle = this.colours.land[level];
      context.fill(outline);
    });
    context.strokeStyle = this.colours.coast;
    context.lineWidth = 1.2 / camera.scale;
    context.stroke(outlines[0]);
    this.plain();
    context.globalAlpha = 1;
  }

  /**
   * The ground of words along axes, with a line through the middle of each axis.
   * @param {import("./camera.js").Camera} camera
   * @param {number} strength From 0 to 1.
   * @param {boolean} both Whether there are two axes.
   */
  field(camera, strength, both) {
    const { context } = this;
    const { width, height } = camera;
    context.globalAlpha = strength;
    context.fillStyle = this.colours.land[0];
    context.fillRect(0, 0, width, height);
    context.strokeStyle = this.colours.coast;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(camera.screenX(0.5), 0);
    context.lineTo(camera.screenX(0.5), height);
    if (both) {
      context.moveTo(0, camera.screenY(0.5));
      context.lineTo(width, camera.screenY(0.5));
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Lays the dots that were put over what is drawn already. */
  layDots() {
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.dots.show(this.context);
    this.plain();
  }

  /**
   * A dot with a ring.
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   * @param {string} colour
   */
  ringed(x, y, radius, colour) {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, fullCircle);
    context.fillStyle = colour;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = this.colours.halo;
    context.stroke();
  }

  /**
   * @param {[number, number]} from
   * @param {[number, number]} to
   * @param {number} width
   * @param {boolean} arrow Whether it has a head.
   */
  line(from, to, width, arrow) {
    const { context } = this;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (length < 1) return;
    const [right, down] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    const head = arrow ? Math.min(11, length / 2) : 0;
    const gap = arrow ? Math.min(8, length / 4) : 0;
    const start = [from[0] + right * gap, from[1] + down * gap];
    const tip = [to[0] - right * gap, to[1] - down * gap];
    context.strokeStyle = context.fillStyle = this.colours.mark;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(start[0], start[1]);
    context.lineTo(tip[0] - right * head * 0.8, tip[1] - down * head * 0.8);
    context.stroke();
    if (!arrow) return;
    context.beginPath();
    context.moveTo(tip[0], tip[1]);
    for (const side of [-0.42, 0.42]) {
      context.lineTo(tip[0] - head * (right + side * down), tip[1] - head * (down - side * right));
    }
    context.fill();
  }

  /**
   * A thin line from a dot to its label.
   * @param {[number, number]} from
   * @param {[number, number]} to
   */
  leader(from, to) {
    const { context } = this;
    context.globalAlpha = 0.5;
    context.strokeStyle = this.colours.ink;
    context.lineWidth = 0.8;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
    context.globalAlpha = 1;
  }

  /**
   * @param {number} size In pixels.
   * @param {number} weight
   * @returns {string} As a canvas takes it.
   */
  font(size, weight) {
    return `${weight} ${size}px ${this.colours.font}`;
  }

  /**
   * A label around a place, with a halo that lifts it off the dots.
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {string} font
   * @param {number} strength From 0 to 1.
   * @param {string} colour
   */
  label(text, x, y, font, strength, colour = this.colours.ink) {
    const { context } = this;
    context.font = font;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.globalAlpha = strength;
    context.lineWidth = 3.5;
    context.strokeStyle = this.colours.halo;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
    context.globalAlpha = 1;
  }

  /** @param {[number, number][]} path */
  lasso(path) {
    const { context } = this;
    context.beginPath();
    path.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.globalAlpha = 0.12;
    context.fillStyle = this.colours.mark;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = this.colours.mark;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
  }
}

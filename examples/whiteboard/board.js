// The board as the server tells it, and the painting of it.
//
// Two canvases lie on each other. What is settled is painted on the lower one
// once and stays. The upper one is painted anew in each frame, with the little
// that may still change: the last bit of each stroke that somebody may go on with, and
// this client's own points that have not come back from the server yet.

export const WIDTH = 1600;
export const HEIGHT = 1000;

const PEN = 5; // its width, on the board
const THINNEST = 1.75; // in pixels of CSS, however small the board is shown

export class Board {
  // Each stroke by its number, in the order in which they began:
  // `{ stroke, id, color, points }`, and `settled`, the number of points up to
  // which the lower canvas has it.
  #strokes = new Map();
  // The newest stroke of each author. All others are finished.
  #open = new Map();
  // Strokes of which the lower canvas lacks something.
  #changed = new Set();
  // What this client sent and has not had back: `{ begins, points }`, in order.
  #unconfirmed = [];
  #me;
  #base;
  #live;
  #repaint = true;
  #scheduled = false;

  constructor(base, live) {
    this.#base = base.getContext('2d');
    this.#live = live.getContext('2d');
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(base);
    this.#watchPixelRatio();
  }

  // The whole board, and who this client is and in which colour it draws.
  reset(strokes, me) {
    this.#strokes.clear();
    this.#open.clear();
    this.#unconfirmed = [];
    this.#me = me;
    for (const stroke of strokes) this.#add(stroke);
    this.#repaint = true;
    this.#schedule();
  }

  // What this client sent is shown at once.
  preview(begins, points) {
    this.#unconfirmed.push({ begins, points });
    this.#schedule();
  }

  begin(stroke) {
    if (stroke.id === this.#me?.id) this.#unconfirmed.shift();
    this.#add(stroke);
    this.#schedule();
  }

  // The stroke that the points went to.
  extend(number, points) {
    const stroke = this.#strokes.get(number);
    if (!stroke) return undefined;
    if (stroke.id === this.#me?.id) this.#unconfirmed.shift();
    for (const coordinate of points) stroke.points.push(coordinate);
    this.#changed.add(stroke);
    this.#schedule();
    return stroke;
  }

  erase(numbers) {
    for (const number of numbers) {
      const stroke = this.#strokes.get(number);
      this.#strokes.delete(number);
      if (stroke && this.#open.get(stroke.id) === stroke) this.#open.delete(stroke.id);
    }
    this.#repaint = true;
    this.#schedule();
  }

  clear() {
    this.#strokes.clear();
    this.#open.clear();
    this.#repaint = true;
    this.#schedule();
  }

  get isEmpty() {
    return this.#strokes.size === 0 && this.#unconfirmed.length === 0;
  }

  hasStrokeOf(id) {
    for (const stroke of this.#strokes.values()) if (stroke.id === id) return true;
    return false;
  }

  strokes() {
    return Array.from(this.#strokes.values(), ({ stroke, id, color, points }) => (
      { stroke, id, color: [...color], points: [...points] }
    ));
  }

  #add({ stroke: number, id, color, points }) {
    const stroke = { stroke: number, id, color, points: [...points], settled: 0 };
    const finished = this.#open.get(id);
    if (finished) this.#changed.add(finished);
    this.#strokes.set(number, stroke);
    this.#open.set(id, stroke);
    this.#changed.add(stroke);
  }

  // --- Painting ---

  // Called when something was painted.
  onPaint = () => {};

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#paint();
    });
  }

  #paint() {
    if (this.#repaint) {
      erase(this.#base);
      for (const stroke of this.#strokes.values()) stroke.settled = 0;
      this.#changed = new Set(this.#strokes.values());
      this.#repaint = false;
    }
    for (const stroke of this.#changed) this.#settle(stroke);
    this.#changed.clear();

    erase(this.#live);
    for (const stroke of this.#open.values()) tail(this.#live, stroke);
    this.#paintPreview();
    this.onPaint();
  }

  // Paints what is new of a stroke and can't change: up to the middle between its
  // last two points, or all of it if it is finished.
  #settle(stroke) {
    const { points, color } = stroke;
    const context = this.#base;
    const end = points.length / 2 - 1;
    if (stroke.settled < end) {
      context.strokeStyle = css(color);
      context.beginPath();
      curve(context, points, stroke.settled);
      context.stroke();
      stroke.settled = end;
    }
    if (this.#open.get(stroke.id) !== stroke) tail(context, stroke);
  }

  #paintPreview() {
    if (!this.#me) return;
    const mine = this.#open.get(this.#me.id);
    let points = mine ? mine.points.slice(-2) : [];
    const lines = [];
    for (const { begins, points: more } of this.#unconfirmed) {
      if (begins || points.length === 0) {
        points = [];
        lines.push(points);
      } else if (lines.length === 0) {
        lines.push(points);
      }
      points.push(...more);
    }
    for (const line of lines) {
      const stroke = { points: line, color: this.#me.color };
      this.#live.strokeStyle = css(stroke.color);
      this.#live.beginPath();
      curve(this.#live, line, 0);
      this.#live.stroke();
      tail(this.#live, stroke);
    }
  }

  #resize() {
    const { canvas } = this.#base;
    const { clientWidth, clientHeight } = canvas;
    if (clientWidth === 0) return;
    const ratio = window.devicePixelRatio || 1;
    for (const context of [this.#base, this.#live]) {
      context.canvas.width = Math.round(clientWidth * ratio);
      context.canvas.height = Math.round(clientHeight * ratio);
      // A canvas forgets all settings when its size is set.
      context.scale(context.canvas.width / WIDTH, context.canvas.height / HEIGHT);
      context.lineCap = 'round';
      context.lineJoin = 'round';
      context.lineWidth = Math.max(PEN, (THINNEST * WIDTH) / clientWidth);
    }
    this.#repaint = true;
    // At once, since the canvases are empty now.
    this.#paint();
  }

  // Moving the window to another screen, or zooming, can change it.
  #watchPixelRatio() {
    const ratio = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    ratio.addEventListener('change', () => {
      this.#resize();
      this.#watchPixelRatio();
    }, { once: true });
  }
}

// The line through the middles between points, each point pulling it to itself;
// `from` is the number of middles that are painted already.
function curve(context, points, from) {
  const x = (index) => points[2 * index];
  const y = (index) => points[2 * index + 1];
  const middle = (index) => [(x(index) + x(index + 1)) / 2, (y(index) + y(index + 1)) / 2];
  const end = points.length / 2 - 1;
  if (end < 1) return;
  if (from === 0) {
    context.moveTo(x(0), y(0));
    context.lineTo(...middle(0));
  } else {
    context.moveTo(...middle(from - 1));
  }
  for (let index = Math.max(from, 1); index < end; index += 1) {
    context.quadraticCurveTo(x(index), y(index), ...middle(index));
  }
}

// From the last middle to the last point; a stroke of one point is a dot.
function tail(context, { points, color }) {
  const [lastX, lastY] = points.slice(-2);
  const [x, y] = points.length < 4 ? [lastX, lastY] : points.slice(-4, -2);
  context.strokeStyle = css(color);
  context.beginPath();
  context.moveTo((x + lastX) / 2, (y + lastY) / 2);
  // A line of no length at all would not be painted everywhere.
  context.lineTo(lastX + 0.01, lastY);
  context.stroke();
}

function erase(context) {
  context.clearRect(0, 0, WIDTH, HEIGHT);
}

export function css([red, green, blue]) {
  return `rgb(${red}, ${green}, ${blue})`;
}

// The map of the board, for a window that shows only a part of it: the frame is
// that part, and goes where the map is touched.

export class BoardMap {
  #map;
  #view;
  #layers;

  // `map` is where it stands, `view` scrolls the board, `layers` are the board's canvases.
  constructor(map, view, layers) {
    this.#map = map;
    this.#view = view;
    this.#layers = layers;
    view.addEventListener('scroll', () => this.#showFrame());
    new ResizeObserver(() => this.#resize()).observe(map);
    new ResizeObserver(() => this.#showFrame()).observe(view);
    map.addEventListener('pointerdown', (event) => {
      map.setPointerCapture(event.pointerId);
      this.#moveTo(event);
    });
    map.addEventListener('pointermove', (event) => {
      if (map.hasPointerCapture(event.pointerId)) this.#moveTo(event);
    });
  }

  // Paints what is on the board now.
  paint() {
    const { canvas } = this.#context;
    if (canvas.clientWidth === 0) return;
    this.#context.imageSmoothingQuality = 'high';
    this.#context.clearRect(0, 0, canvas.width, canvas.height);
    for (const layer of this.#layers) {
      this.#context.drawImage(layer, 0, 0, canvas.width, canvas.height);
    }
  }

  get #context() {
    return this.#map.querySelector('canvas').getContext('2d');
  }

  #resize() {
    const { canvas } = this.#context;
    canvas.width = Math.round(canvas.clientWidth * window.devicePixelRatio);
    canvas.height = Math.round(canvas.clientHeight * window.devicePixelRatio);
    this.paint();
  }

  #showFrame() {
    const { scrollLeft, clientWidth, scrollWidth } = this.#view;
    this.#map.style.setProperty('--from', `${(100 * scrollLeft) / scrollWidth}%`);
    this.#map.style.setProperty('--width', `${(100 * clientWidth) / scrollWidth}%`);
  }

  #moveTo({ clientX }) {
    const { left, width } = this.#map.getBoundingClientRect();
    const { clientWidth, scrollWidth } = this.#view;
    this.#view.scrollLeft = ((clientX - left) / width) * scrollWidth - clientWidth / 2;
  }
}

// podsix for browsers: messages to and from a podsix server, through WebSocket.
//
// A message is a JSON object whose key `action` says what it is; the other keys
// are its fields. The types and what everything means stand in `podsix.d.ts`.

const DEFAULTS = {
  WebSocket: undefined, // the global one, looked up when it is needed
  connectTimeout: 10_000,
  closeTimeout: 5_000,
  maxMessageBytes: 1 << 20,
  maxOutgoingBytes: 8 << 20,
  maxBadMessages: 100,
};

const RECONNECT_DEFAULTS = { delay: 500, maxDelay: 10_000, attempts: Infinity };

// A connection that lasted this long, in milliseconds, was a good one: after it
// the delays start over. One that is lost sooner counts as a failed attempt.
const GOOD_AFTER = 5_000;

// `WebSocket.OPEN`, for whatever class is used.
const OPEN = 1;

// Deeper values are refused, and with them those that contain themselves.
const MAX_DEPTH = 64;

// The longest words that a close frame holds, in bytes.
const MAX_WORDS_BYTES = 123;

// How many different actions without a listener are warned of.
const MAX_WARNINGS = 100;

const UTF8 = new TextEncoder();

const REASONS = {
  closed: 'closed by this end',
  closedByPeer: 'closed by the other end',
  serverFull: 'the server is full',
  shuttingDown: 'the server is shutting down',
  timedOut: 'timed out',
  refused: 'refused by the server',
  malformed: 'malformed data',
  tooLarge: 'message too large',
  tooManyMessages: 'too many messages',
  queueFull: 'too slow: too much was waiting to be read by this end',
  handlerPanicked: 'the server failed while it handled a message',
  protocolMismatch: 'protocol mismatch',
  io: 'connection lost',
};

// What these say is said already by their kind.
const WITHOUT_WORDS = new Set(['serverFull', 'shuttingDown', 'queueFull', 'handlerPanicked']);

// After these the same server may well take this client again. After the others
// it said no, or the same would only happen again.
const WORTH_ANOTHER_ATTEMPT = new Set([
  'io', 'timedOut', 'serverFull', 'shuttingDown', 'queueFull', 'handlerPanicked',
]);

// The codes of a close frame. 1005 stands for a frame without a code, and 1006,
// not in this table, for no frame at all.
const CLOSE_CODES = {
  1000: 'closedByPeer',
  1001: 'shuttingDown',
  1002: 'malformed',
  1003: 'malformed',
  1005: 'closedByPeer',
  1007: 'malformed',
  1008: 'refused',
  1009: 'tooLarge',
  1012: 'shuttingDown',
  1013: 'serverFull',
  4000: 'timedOut',
  4001: 'tooManyMessages',
  4002: 'queueFull',
  4003: 'handlerPanicked',
  4004: 'protocolMismatch',
};

export class Reason {
  constructor(kind, words = '') {
    this.kind = kind;
    this.words = words;
    Object.freeze(this);
  }

  toString() {
    const sentence = REASONS[this.kind];
    return this.words === '' || WITHOUT_WORDS.has(this.kind) ? sentence : `${sentence}: ${this.words}`;
  }
}

export class NotConnectedError extends Error {
  constructor(url, reason) {
    super(`not connected to ${url}: ${reason}`);
    this.name = 'NotConnectedError';
    this.reason = reason;
  }
}

export class DecodeError extends Error {
  constructor(action, problem) {
    super(action === undefined ? problem : `\`${action}\`: ${problem}`);
    this.name = 'DecodeError';
    this.action = action;
  }
}

export function connect(url, options) {
  return new Connection(url, options);
}

// The state says what the one timer is for and whether there is a socket:
//
//   connecting   socket   until the attempt takes too long
//   connected    socket   until the connection counts as a good one
//   waiting               until the next attempt
//   closing      socket   until closing takes too long
//   closed
export class Connection {
  #url;
  #options;
  #reconnect;
  #state;
  #socket;
  #timer;
  // Failed attempts since the last good connection.
  #failures = 0;
  // What was sent before the first connection is up, and its size. There is no
  // list once that is over: what was meant for a lost connection is stale.
  #queue;
  #queuedBytes = 0;
  #wasUp = false;
  #closingWords = '';
  #badMessages = 0;
  #listeners = new Map();
  #any = new Set();
  #connected = new Set();
  #disconnected = new Set();
  #error = new Set();
  #warned = new Set();

  constructor(url, { reconnect = true, ...options } = {}) {
    this.#url = resolve(url);
    this.#options = { ...DEFAULTS, ...options };
    this.#reconnect = reconnect && { ...RECONNECT_DEFAULTS, ...reconnect };
    this.#queue = [];
    this.#open();
  }

  get state() {
    return this.#state;
  }

  get url() {
    return this.#url;
  }

  on(action, listener) {
    if (!this.#listeners.has(action)) this.#listeners.set(action, new Set());
    return add(this.#listeners.get(action), listener);
  }

  onAny(listener) {
    return add(this.#any, listener);
  }

  onConnected(listener) {
    return add(this.#connected, listener);
  }

  onDisconnected(listener) {
    return add(this.#disconnected, listener);
  }

  onError(listener) {
    return add(this.#error, listener);
  }

  send(action, fields = {}) {
    const { maxMessageBytes, maxOutgoingBytes } = this.#options;
    const text = encode(action, fields);
    const bytes = UTF8.encode(text).length;
    if (bytes > maxMessageBytes) {
      throw new RangeError(`\`${action}\` takes ${bytes} bytes, more than maxMessageBytes, ${maxMessageBytes}`);
    }
    // A socket that is about to close takes nothing any more.
    const up = this.#state === 'connected' && this.#socket.readyState === OPEN;
    if (!up && (!this.#queue || this.#state === 'closing')) {
      this.#warnOnce('dropped', 'what is sent without a connection is dropped');
      return 0;
    }
    const waiting = up ? this.#socket.bufferedAmount : this.#queuedBytes;
    if (waiting + bytes > maxOutgoingBytes) {
      throw new RangeError(
        `no room for \`${action}\`: ${waiting} bytes wait to be sent, and maxOutgoingBytes is ${maxOutgoingBytes}`,
      );
    }
    if (up) {
      this.#socket.send(text);
    } else {
      this.#queue.push(text);
      this.#queuedBytes += bytes;
    }
    return bytes;
  }

  close(words = '') {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#closingWords = cut(String(words), MAX_WORDS_BYTES);
    const before = this.#state;
    this.#state = 'closing';
    if (before === 'connected') this.#closeSocket();
    // What waits for a connection that may still come up is delivered first.
    else if (before === 'waiting' || !this.#queue?.length) this.#end();
  }

  reconnect() {
    const wasUp = this.#wasUp;
    this.#detach();
    this.#failures = 0;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#open();
    if (wasUp) this.#tell(this.#disconnected, new Reason('closed'));
  }

  #open() {
    const WebSocket = this.#options.WebSocket ?? globalThis.WebSocket;
    if (!WebSocket) {
      throw new TypeError('there is no WebSocket here: give a class as the option `WebSocket`');
    }
    this.#state = 'connecting';
    const { connectTimeout } = this.#options;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#setTimer(connectTimeout, () => {
      this.#end(new Reason('timedOut', `no answer for ${connectTimeout / 1000} s`));
    });
    // A socket that was given up may still have something to say.
    const listen = (event, handle) => socket.addEventListener(event, (argument) => {
      if (socket === this.#socket) handle(argument);
    });
    listen('open', () => this.#opened());
    listen('message', ({ data }) => this.#receive(data));
    // A failed attempt ends here, since not all of them let a `close` follow.
    // Browsers keep the cause to themselves, others tell it.
    listen('error', ({ message }) => {
      if (!this.#wasUp) this.#end(new Reason('io', message));
    });
    listen('close', ({ code, reason }) => this.#end(new Reason(CLOSE_CODES[code] ?? 'io', reason)));
  }

  #opened() {
    for (const text of this.#queue ?? []) this.#socket.send(text);
    this.#queue = undefined;
    this.#queuedBytes = 0;
    this.#badMessages = 0;
    this.#wasUp = true;
    if (this.#state === 'closing') {
      this.#closeSocket();
      return;
    }
    this.#state = 'connected';
    this.#setTimer(GOOD_AFTER, () => { this.#failures = 0; });
    this.#tell(this.#connected);
  }

  #closeSocket() {
    this.#socket.close(1000, this.#closingWords);
    this.#setTimer(this.#options.closeTimeout, () => this.#end());
  }

  #receive(data) {
    if (this.#state !== 'connected') return;
    const { maxMessageBytes, maxBadMessages } = this.#options;
    // No text takes fewer bytes than it has characters.
    if (data.length > maxMessageBytes) {
      this.#end(new Reason('tooLarge', `a message of more than maxMessageBytes, ${maxMessageBytes}`));
      return;
    }
    let message;
    try {
      message = decode(data);
    } catch (error) {
      this.#badMessages += 1;
      this.#fail(error);
      if (this.#badMessages > maxBadMessages && this.#state === 'connected') {
        this.#end(new Reason('malformed', `more than ${maxBadMessages} bad messages`));
      }
      return;
    }
    const { action } = message;
    const listeners = this.#listeners.get(action);
    if (!listeners?.size && !this.#any.size) {
      this.#warnOnce(`action ${action}`, `nothing listens to \`${action}\``);
    }
    this.#tell(listeners ?? [], message);
    this.#tell(this.#any, message);
  }

  // The one way out of a connection, or of an attempt to make one. Whatever ends
  // it after `close`, it was closed by this end.
  #end(why) {
    const closing = this.#state === 'closing';
    const reason = closing ? new Reason('closed', this.#closingWords) : why;
    const wasUp = this.#wasUp;
    this.#detach(closing ? this.#closingWords : reason.toString());
    const { delay, maxDelay, attempts } = this.#reconnect || { attempts: 0 };
    const again = WORTH_ANOTHER_ATTEMPT.has(reason.kind) && this.#failures < attempts;
    this.#state = again ? 'waiting' : 'closed';
    if (again) {
      // Half of it is left to chance, so that the clients of a server that was
      // restarted don't come back all at once.
      const full = Math.min(maxDelay, delay * 2 ** this.#failures);
      this.#failures += 1;
      this.#setTimer(full * (0.5 + Math.random() / 2), () => this.#open());
    } else {
      this.#queue = undefined;
      this.#queuedBytes = 0;
    }
    if (wasUp) this.#tell(this.#disconnected, reason);
    else this.#fail(new NotConnectedError(this.#url, reason));
  }

  #detach(words = '') {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#wasUp = false;
    clearTimeout(this.#timer);
    socket?.close(1000, cut(words, MAX_WORDS_BYTES));
  }

  #setTimer(milliseconds, act) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, milliseconds);
  }

  #fail(error) {
    if (this.#error.size === 0) console.warn(`podsix: ${error.message}`);
    this.#tell(this.#error, error);
  }

  // One listener that fails must not keep the others from hearing. What it threw
  // comes up as an uncaught error, as with the browser's own events.
  #tell(listeners, ...args) {
    for (const listener of [...listeners]) {
      try {
        listener(...args);
      } catch (error) {
        queueMicrotask(() => { throw error; });
      }
    }
  }

  #warnOnce(about, words) {
    if (this.#warned.has(about) || this.#warned.size >= MAX_WARNINGS) return;
    this.#warned.add(about);
    console.warn(`podsix: ${words}`);
  }
}

function add(listeners, listener) {
  if (typeof listener !== 'function') throw new TypeError('a listener must be a function');
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}

// Without a URL it is the server that the page came from.
function resolve(url = '') {
  const base = globalThis.location?.href;
  let address;
  try {
    address = new URL(url, base);
  } catch {
    throw new TypeError(`\`${url}\` is no URL: write it as \`ws://host:port\``);
  }
  address.protocol = { 'http:': 'ws:', 'https:': 'wss:' }[address.protocol] ?? address.protocol;
  if (!['ws:', 'wss:'].includes(address.protocol)) {
    throw new TypeError(`\`${url}\` is no URL of a server: write it as \`ws://host:port\``);
  }
  address.hash = '';
  return address.href;
}

// Cuts a text to so many bytes of UTF-8, between two characters.
function cut(text, maxBytes) {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += UTF8.encode(character).length;
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}

// --- Messages and their text -----------------------------------------------

function encode(action, fields) {
  if (typeof action !== 'string') throw new TypeError('an action must be a string');
  if (fields === null || typeof fields !== 'object' || Array.isArray(fields)) {
    throw new TypeError(`\`${action}\`: the fields must be an object`);
  }
  if (Object.hasOwn(fields, 'action')) throw new TypeError(`\`${action}\`: no field can be called \`action\``);
  return JSON.stringify(checked({ action, ...fields }, action, 0));
}

// A copy that JSON carries unchanged. `path` leads to the value, as in
// `draw.points[3]`.
function checked(value, path, depth) {
  const refuse = (problem) => { throw new TypeError(`\`${path}\` ${problem}`); };
  if (depth > MAX_DEPTH) refuse(`is nested more than ${MAX_DEPTH} deep`);
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      if (/\p{Surrogate}/u.test(value)) refuse('holds half of a character: text must be well-formed Unicode');
      return value;
    case 'number':
      if (!Number.isFinite(value)) refuse(`is ${value}, which JSON can't carry`);
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        refuse(`is ${value}, beyond 2^53-1, where numbers are rounded: send it as text`);
      }
      return value;
    case 'bigint':
      if (!Number.isSafeInteger(Number(value))) refuse(`is ${value}, beyond 2^53-1: send it as text`);
      return Number(value);
    case 'object':
      break;
    default:
      refuse(`is ${value === undefined ? 'undefined' : `a ${typeof value}`}, which can't be sent`);
  }
  if (value === null) return null;
  // `Array.from` also visits the holes of an array.
  if (Array.isArray(value)) return Array.from(value, (item, index) => checked(item, `${path}[${index}]`, depth + 1));
  const type = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (type !== 'Object') refuse(`is a ${type}: send a plain object, an array, a number or a text`);
  const copy = Object.create(null);
  for (const [key, item] of Object.entries(value)) {
    // As JSON does: a key that is undefined is not there.
    if (item !== undefined) copy[checked(key, `${path}.${key}`, depth)] = checked(item, `${path}.${key}`, depth + 1);
  }
  return copy;
}

function decode(data) {
  if (typeof data !== 'string') throw new DecodeError(undefined, 'a message that is not text');
  let message;
  try {
    message = JSON.parse(data);
  } catch (error) {
    throw new DecodeError(undefined, `a message that is not JSON: ${error.message}`);
  }
  const action = message?.action;
  if (typeof action !== 'string') {
    throw new DecodeError(undefined, 'a message that is no object with an `action`');
  }
  const number = unfitNumber(data);
  if (number !== undefined) {
    throw new DecodeError(action, `the number ${shorten(number)} would be rounded: the server must send it as text`);
  }
  return message;
}

// The first number of a JSON text that does not fit a JavaScript number: an
// integer beyond 2^53-1, or one that would become infinite. `JSON.parse` rounds
// it without a word.
function unfitNumber(json) {
  // Nearly no message gets past this line.
  if (!/\d{16}|\d[eE]\+?\d{3}/.test(json)) return undefined;
  // In valid JSON a digit or a minus outside of strings begins a number.
  const numberOrQuote = /"|-?\d[\d.eE+-]*/g;
  for (let found; (found = numberOrQuote.exec(json)); ) {
    const [token] = found;
    if (token === '"') {
      numberOrQuote.lastIndex = endOfString(json, found.index);
    } else if (!Number.isFinite(Number(token)) || (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)))) {
      return token;
    }
  }
  return undefined;
}

// Where the string ends that begins at this quote: at the next quote that has
// an even number of backslashes before it.
function endOfString(json, start) {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
}

function shorten(text) {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

// The whiteboard's page: what the pen does goes to the server, and what the
// server says goes onto the board.
//
//   to the server              fields
//   join                       name
//   stroke                     points: [x, y, x, y, …]
//   draw                       points
//   cursor                     at: [x, y] or null
//   undo, clear
//   ping                       number
//
//   from the server            fields
//   welcome                    id, color: [red, green, blue], strokes
//   people                     people: [{ id, name, color }]
//   stroke                     stroke: its number, id, color, points
//   draw                       stroke, points
//   erase                      strokes: [number]
//   clear                      id
//   cursor                     id, at: [x, y] or null
//   pong                       number
//
//   initial, players           for PodSixNet's whiteboard; not for those that join
//
// What they mean stands in PROTOCOL.md.

import { connect } from '/podsix.js';

import { Board, css, HEIGHT, WIDTH } from './board.js';
import { BoardMap } from './map.js';

// The server takes 256 points in a message and 2,000 in a stroke.
const MESSAGE_POINTS = 200;
const STROKE_POINTS = 2_000;
// Points nearer to the last one than this are left out.
const NEAREST = 2;
// Milliseconds between two messages that only show where the pointer is.
const CURSOR_INTERVAL = 50;
const PING_INTERVAL = 2_000;
// Pings without an answer after which the connection is taken for dead.
const MISSED_PINGS = 4;
// How many people are shown by name.
const SHOWN_PEOPLE = 8;
const NOTICE_TIME = 4_000;

const element = (id) => document.getElementById(id);
const surface = element('live');
const board = new Board(element('base'), surface);
const map = new BoardMap(element('map'), element('view'), [element('base'), surface]);
board.onPaint = () => map.paint();
const connection = connect('/');

// Who this client is; nobody, until the server has said it.
let me;
let people = new Map();

// For the curious, and for tests.
globalThis.whiteboard = { strokes: () => board.strokes(), connection };

// --- Connection ---

connection.onConnected(() => {
  connection.send('join', { name: element('name').value });
  showState();
  notice('');
});

connection.onDisconnected((reason) => ended(String(reason)));

connection.onError((error) => {
  if (error.reason) ended(String(error.reason));
  else console.warn(error);
});

function ended(reason) {
  me = undefined;
  pen = undefined;
  pointer = null;
  pings.missed = 0;
  element('round-trip').textContent = '';
  showPeople([]);
  showState();
  const sentence = reason[0].toUpperCase() + reason.slice(1);
  notice(connection.state === 'closed' ? sentence : `${sentence}. Trying again…`, true);
}

function showState() {
  const words = { connecting: 'Connecting', connected: 'Connected', waiting: 'Reconnecting' };
  document.body.dataset.state = connection.state;
  element('state').textContent = words[connection.state] ?? 'Not connected';
  element('reconnect').hidden = connection.state !== 'closed';
  showTools();
}

element('reconnect').addEventListener('click', () => {
  connection.reconnect();
  showState();
  notice('');
});

// No need to wait for the next attempt when the network is back.
addEventListener('online', () => {
  if (connection.state === 'waiting') connection.reconnect();
});

const pings = { number: 0, sentAt: 0, missed: 0 };

setInterval(ping, PING_INTERVAL);

function ping() {
  if (!me) return;
  if (pings.missed >= MISSED_PINGS) {
    connection.reconnect();
    return;
  }
  pings.number += 1;
  pings.missed += 1;
  pings.sentAt = performance.now();
  connection.send('ping', { number: pings.number });
}

connection.on('pong', ({ number }) => {
  pings.missed = 0;
  if (number !== pings.number) return;
  const milliseconds = performance.now() - pings.sentAt;
  element('round-trip').textContent = `${milliseconds < 1 ? '<1' : Math.round(milliseconds)} ms`;
});

// --- What the server says ---

connection.on('welcome', ({ id, color, strokes }) => {
  me = { id, color };
  board.reset(strokes, me);
  showTools();
  ping();
});

connection.on('people', (message) => showPeople(message.people));

connection.on('stroke', (stroke) => {
  board.begin(stroke);
  pointAtEnd(stroke.id, stroke.points);
  showTools();
});

connection.on('draw', ({ stroke: number, points }) => {
  const stroke = board.extend(number, points);
  if (stroke) pointAtEnd(stroke.id, points);
});

connection.on('erase', ({ strokes }) => {
  board.erase(strokes);
  showTools();
});

connection.on('clear', ({ id }) => {
  board.clear();
  showTools();
  const who = id === me?.id ? 'You' : people.get(id)?.name ?? 'Somebody';
  notice(`${who} cleared the board.`);
});

connection.on('cursor', ({ id, at }) => showCursor(id, at));

// A page joins, so these are not for it.
connection.on('initial', () => {});
connection.on('players', () => {});

// --- The pen ---

// While it is down: its pointer, the points not sent yet, the last point, and how
// many points the stroke has.
let pen;
// Where the pointer was seen, to be sent with the next frame; null is nowhere.
let pointer = null;
let cursorSentAt = 0;
let cursorIsShown = false;
let frame;

surface.addEventListener('pointerdown', (event) => {
  if (!me || pen || event.button !== 0) return;
  event.preventDefault();
  // A pointer that is not a real one, as in tests, can't be captured.
  try { surface.setPointerCapture(event.pointerId); } catch { /* it draws all the same */ }
  const point = place(event);
  pen = { pointer: event.pointerId, begins: true, fresh: [...point], last: point, count: 1 };
  onNextFrame();
});

surface.addEventListener('pointermove', (event) => {
  if (!me) return;
  if (!pen) {
    pointer = place(event);
    onNextFrame();
  } else if (event.pointerId === pen.pointer) {
    // A frame can bring many places at once; without them curves have corners.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) addPoint(place(each));
    onNextFrame();
  }
});

for (const name of ['pointerup', 'pointercancel']) {
  surface.addEventListener(name, (event) => {
    if (pen?.pointer !== event.pointerId) return;
    if (name === 'pointerup') addPoint(place(event));
    sendPoints();
    pen = undefined;
    pointer = event.pointerType === 'mouse' ? place(event) : null;
    cursorIsShown = true;
    onNextFrame();
    showTools();
  });
}

surface.addEventListener('pointerleave', () => {
  pointer = null;
  onNextFrame();
});

function addPoint(point) {
  const [x, y] = point;
  if (Math.hypot(x - pen.last[0], y - pen.last[1]) < NEAREST) return;
  if (pen.count === STROKE_POINTS) {
    sendPoints();
    pen = { ...pen, begins: true, fresh: [...pen.last], count: 1 };
  }
  pen.fresh.push(x, y);
  pen.last = point;
  pen.count += 1;
}

// Where on the board an event is.
function place({ clientX, clientY }) {
  const { left, top, width, height } = surface.getBoundingClientRect();
  const on = (part, size) => Math.min(Math.max(Math.round(part * size), 0), size);
  return [on((clientX - left) / width, WIDTH), on((clientY - top) / height, HEIGHT)];
}

function onNextFrame() {
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    if (pen) sendPoints();
    else sendCursor();
  });
}

function sendPoints() {
  while (me && pen.fresh.length > 0) {
    const points = pen.fresh.splice(0, 2 * MESSAGE_POINTS);
    connection.send(pen.begins ? 'stroke' : 'draw', { points });
    board.preview(pen.begins, points);
    pen.begins = false;
  }
  showTools();
}

function sendCursor() {
  if (!me || (pointer === null && !cursorIsShown)) return;
  const now = performance.now();
  if (pointer !== null && now - cursorSentAt < CURSOR_INTERVAL) {
    onNextFrame();
    return;
  }
  connection.send('cursor', { at: pointer });
  cursorSentAt = now;
  cursorIsShown = pointer !== null;
}

// --- Tools ---

element('undo').addEventListener('click', undo);

function undo() {
  if (me && !pen && board.hasStrokeOf(me.id)) connection.send('undo');
}

addEventListener('keydown', (event) => {
  const command = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!command || event.key.toLowerCase() !== 'z' || event.target === element('name')) return;
  event.preventDefault();
  undo();
});

element('clear').addEventListener('click', () => element('confirm-clear').showModal());

element('confirm-clear').addEventListener('close', ({ target }) => {
  if (target.returnValue === 'clear' && me) connection.send('clear');
  target.returnValue = '';
});

// Private windows may refuse to keep anything.
try { element('name').value = localStorage.getItem('name') ?? ''; } catch { /* then it is asked for again */ }

element('name').addEventListener('change', ({ target }) => {
  const name = target.value.trim();
  try { localStorage.setItem('name', name); } catch { /* see above */ }
  if (me) connection.send('join', { name });
});

element('tools').addEventListener('submit', (event) => {
  event.preventDefault();
  element('name').blur();
});

function showTools() {
  const empty = board.isEmpty;
  element('undo').disabled = !me || !board.hasStrokeOf(me.id);
  element('clear').disabled = !me || empty;
  element('hint').hidden = !me || !empty;
}

let noticeTimer;

// A few words at the lower edge; they go by themselves unless they are to stay.
function notice(words, stays = false) {
  clearTimeout(noticeTimer);
  element('notice').textContent = words;
  if (!stays) noticeTimer = setTimeout(() => { element('notice').textContent = ''; }, NOTICE_TIME);
}

// --- People and their pointers ---

function showPeople(list) {
  people = new Map(list.map((person) => [person.id, person]));
  element('count').textContent = list.length === 0 ? '' : `${list.length} here`;
  const mine = people.get(me?.id);
  const others = list.filter((person) => person !== mine);
  const shown = (mine ? [mine, ...others] : others).slice(0, SHOWN_PEOPLE);
  const entries = shown.map((person) => {
    const entry = document.createElement('li');
    entry.style.setProperty('--color', css(person.color));
    const swatch = document.createElement('span');
    swatch.className = 'swatch';
    entry.append(swatch, named(person === mine ? `${person.name} (you)` : person.name));
    return entry;
  });
  if (list.length > shown.length) {
    const entry = document.createElement('li');
    entry.className = 'more';
    entry.textContent = `+${list.length - shown.length}`;
    entries.push(entry);
  }
  element('people').replaceChildren(...entries);
  for (const [id, cursor] of cursors) {
    if (!people.has(id)) showCursor(id, null);
    else cursor.querySelector('.name').textContent = people.get(id).name;
  }
}

function named(text) {
  const name = document.createElement('span');
  name.className = 'name';
  name.textContent = text;
  return name;
}

const cursors = new Map();

function pointAtEnd(id, points) {
  showCursor(id, points.slice(-2));
}

function showCursor(id, at) {
  const person = people.get(id);
  let cursor = cursors.get(id);
  if (!at || !person || id === me?.id) {
    cursor?.remove();
    cursors.delete(id);
    return;
  }
  if (!cursor) {
    cursor = document.createElement('div');
    cursor.innerHTML = '<svg viewBox="0 0 18 18"><path d="M2 2l4.6 13 2.3-5.9L15 6.8z"/></svg>';
    cursor.append(named(person.name));
    cursor.style.setProperty('--color', css(person.color));
    cursors.set(id, cursor);
    element('cursors').append(cursor);
  }
  const [x, y] = at;
  // The name stands where there is room for it.
  const left = (1 - x / WIDTH) * surface.clientWidth < 150;
  const up = (1 - y / HEIGHT) * surface.clientHeight < 42;
  cursor.className = `cursor${left ? ' left' : ''}${up ? ' up' : ''}`;
  cursor.style.setProperty('--x', x);
  cursor.style.setProperty('--y', y);
}

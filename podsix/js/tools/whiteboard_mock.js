// A stand-in for the whiteboard's server, to work on its page without Rust:
//
//   npm install && node tools/whiteboard_mock.js [port]
//
// It follows examples/whiteboard/PROTOCOL.md, for pages and for those that send
// PodSixNet's messages through WebSocket.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// Unlike `import`, this also finds packages in the folders of NODE_PATH.
const { WebSocketServer } = createRequire(import.meta.url)('ws');

const PAGE = new URL('../../../examples/whiteboard/', import.meta.url);
const FILES = {
  '/': [new URL('index.html', PAGE), 'text/html; charset=utf-8'],
  '/style.css': [new URL('style.css', PAGE), 'text/css; charset=utf-8'],
  '/whiteboard.js': [new URL('whiteboard.js', PAGE), 'text/javascript; charset=utf-8'],
  '/board.js': [new URL('board.js', PAGE), 'text/javascript; charset=utf-8'],
  '/podsix.js': [new URL('../podsix.js', import.meta.url), 'text/javascript; charset=utf-8'],
};

const COLORS = [
  [53, 117, 243], [182, 104, 3], [2, 143, 65], [213, 65, 148], [159, 89, 224],
  [11, 138, 138], [225, 64, 54], [134, 126, 5], [6, 133, 176], [194, 75, 187],
];
const MESSAGE_POINTS = 256;
const STROKE_POINTS = 2_000;
const BOARD_STROKES = 4_000;
const BOARD_POINTS = 50_000;

// Listens, and gives `{ port, strokes(), close() }`.
export async function serve(port = 0) {
  let lastId = 0;
  let lastStroke = 0;
  let announced = '';
  const clients = new Set();
  const strokes = new Map();

  const send = (client, message) => client.socket.send(JSON.stringify(message));
  const joined = (message, except) => {
    for (const client of clients) if (client.joined && client !== except) send(client, message);
  };
  const originals = (...messages) => {
    for (const client of clients) if (!client.joined) for (const message of messages) send(client, message);
  };

  const owners = () => new Map([...strokes.values(), ...clients].map(({ id, color }) => [id, color]));
  const players = () => ({ action: 'players', players: Object.fromEntries(owners()) });
  const initial = () => {
    const lines = Object.fromEntries([...owners()].map(([id, color]) => [id, { color, lines: [] }]));
    for (const { id, points } of strokes.values()) lines[id].lines.push(pairs(points));
    return { action: 'initial', lines };
  };
  const tellPlayers = () => {
    const ids = [...owners().keys()].sort().join();
    if (ids === announced) return;
    announced = ids;
    originals(players());
  };
  const tellPeople = () => joined({
    action: 'people',
    people: Array.from(clients, ({ id, name, color }) => ({ id, name, color })),
  });
  const tellErased = () => {
    originals(initial());
    tellPlayers();
  };

  function erase(numbers) {
    for (const number of numbers) {
      strokes.delete(number);
      for (const client of clients) if (client.open === number) client.open = undefined;
    }
    joined({ action: 'erase', strokes: numbers });
    tellErased();
  }

  function makeRoom() {
    let points = 0;
    for (const stroke of strokes.values()) points += stroke.points.length / 2;
    if (strokes.size <= BOARD_STROKES && points <= BOARD_POINTS) return;
    const numbers = [];
    for (const [number, stroke] of strokes) {
      if (strokes.size - numbers.length <= BOARD_STROKES * 0.75 && points <= BOARD_POINTS * 0.75) break;
      points -= stroke.points.length / 2;
      numbers.push(number);
    }
    erase(numbers);
  }

  function add(client, begins, given) {
    if (given.length === 0 || given.length % 2 !== 0 || given.length > 2 * MESSAGE_POINTS) return;
    const { id, color } = client;
    const points = given.map((value, index) => Math.min(Math.max(value, 0), index % 2 === 0 ? 1600 : 1000));
    const [first, ...rest] = pairs(points);
    const open = strokes.get(client.open);
    if (begins || !open || (open.points.length + points.length) / 2 > STROKE_POINTS) {
      lastStroke += 1;
      client.open = lastStroke;
      const stroke = { stroke: lastStroke, id, color, points };
      strokes.set(lastStroke, stroke);
      joined({ action: 'stroke', ...stroke });
      originals({ action: 'startline', id, point: first });
    } else {
      open.points = [...open.points, ...points];
      joined({ action: 'draw', stroke: open.stroke, points });
      originals({ action: 'drawpoint', id, point: first });
    }
    originals(...rest.map((point) => ({ action: 'drawpoint', id, point })));
    makeRoom();
  }

  const handlers = {
    join(client, { name }) {
      client.name = [...name.replace(/\p{Cc}/gu, '').trim()].slice(0, 24).join('') || `guest ${client.id}`;
      if (!client.joined) {
        client.joined = true;
        const { id, color } = client;
        send(client, { action: 'welcome', id, color, strokes: [...strokes.values()] });
      }
      tellPeople();
    },
    stroke: (client, { points }) => add(client, true, points),
    draw: (client, { points }) => add(client, false, points),
    startline: (client, { point }) => add(client, true, point),
    drawpoint: (client, { point }) => add(client, false, point),
    cursor: (client, { at }) => joined({ action: 'cursor', id: client.id, at }, client),
    undo(client) {
      const newest = [...strokes.values()].findLast(({ id }) => id === client.id);
      client.open = undefined;
      if (newest) erase([newest.stroke]);
    },
    clear({ id }) {
      strokes.clear();
      for (const client of clients) client.open = undefined;
      joined({ action: 'clear', id });
      tellErased();
    },
    ping: (client, { number }) => send(client, { action: 'pong', number }),
  };

  const http = createServer(async (request, response) => {
    const file = FILES[request.url];
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const [path, type] = file;
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(await readFile(path));
  });
  const server = new WebSocketServer({ server: http });
  server.on('connection', (socket) => {
    lastId += 1;
    const taken = Array.from(clients, ({ color }) => color);
    const color = COLORS.find((each) => !taken.includes(each)) ?? COLORS[lastId % COLORS.length];
    const client = { socket, id: String(lastId), name: `guest ${lastId}`, color, joined: false, open: undefined };
    clients.add(client);
    send(client, initial());
    send(client, players());
    tellPlayers();
    tellPeople();
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (Object.hasOwn(handlers, message.action)) handlers[message.action](client, message);
    });
    socket.on('close', () => {
      clients.delete(client);
      tellPlayers();
      tellPeople();
    });
  });

  await new Promise((resolve) => { http.listen(port, '127.0.0.1', resolve); });
  return {
    port: http.address().port,
    strokes: () => [...strokes.values()],
    close() {
      for (const { socket } of clients) socket.close(1001, 'shutting down');
      http.close();
      http.closeAllConnections();
    },
  };
}

function pairs(points) {
  const found = [];
  for (let index = 0; index < points.length; index += 2) found.push(points.slice(index, index + 2));
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { port } = await serve(Number(process.argv[2] ?? 31425));
  console.log(`http://127.0.0.1:${port}/`);
}

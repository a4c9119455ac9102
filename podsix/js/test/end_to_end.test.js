// The client against a real WebSocket server, over a real socket. Uses the
// package `ws`, for the client too where node has no WebSocket of its own.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { once } from 'node:events';
import { describe, test } from 'node:test';

import { connect } from '../podsix.js';

// Unlike `import`, this also finds packages in the folders of NODE_PATH.
const require = createRequire(import.meta.url);
let ws;
try {
  ws = require('ws');
} catch {
  // Told below.
}
const skip = ws ? false : 'needs the package `ws`: npm install';
const kinds = ws && { ws: ws.WebSocket, ...(globalThis.WebSocket && { global: globalThis.WebSocket }) };

async function listen(port = 0) {
  const server = new ws.WebSocketServer({ host: '127.0.0.1', port });
  await once(server, 'listening');
  return server;
}

const next = (connection, listener) => new Promise((resolve) => { connection[listener](resolve); });

for (const [kind, WebSocket] of Object.entries(kinds ?? { ws: undefined })) {
  describe(`with the WebSocket that is ${kind}`, { skip }, () => {
    const open = (server, reconnect = false) => connect(`ws://127.0.0.1:${server.address().port}`, { WebSocket, reconnect });

    test('messages go both ways, those before the connection included', async () => {
      const server = await listen();
      server.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
      const connection = open(server);
      connection.send('echo', { n: 1, text: 'é☃𝄞' });
      const heard = [];
      await new Promise((resolve) => {
        connection.onConnected(() => connection.send('echo', { n: 2, text: '' }));
        connection.on('echo', (message) => { if (heard.push(message) === 2) resolve(); });
      });
      assert.deepEqual(heard, [
        { action: 'echo', n: 1, text: 'é☃𝄞' },
        { action: 'echo', n: 2, text: '' },
      ]);
      const [socket] = server.clients;
      const ends = Promise.all([once(socket, 'close'), next(connection, 'onDisconnected')]);
      connection.close('bye');
      const [[code, words], reason] = await ends;
      assert.deepEqual([code, String(words)], [1000, 'bye']);
      assert.equal(String(reason), 'closed by this end: bye');
      server.close();
    });

    for (const [code, words, text] of [
      [1000, 'game over', 'closed by the other end: game over'],
      [1008, 'not you', 'refused by the server: not you'],
      [4004, 'version 2', 'protocol mismatch: version 2'],
    ]) {
      test(`the server's ${code} arrives with its words`, async () => {
        const server = await listen();
        server.on('connection', (socket) => socket.close(code, words));
        const connection = open(server);
        assert.equal(String(await next(connection, 'onDisconnected')), text);
        assert.equal(connection.state, 'closed');
        server.close();
      });
    }

    test('no server is an error with a reason', async () => {
      const server = await listen();
      const connection = open(server);
      await next(connection, 'onConnected');
      server.close();
      for (const socket of server.clients) socket.terminate();
      assert.equal((await next(connection, 'onDisconnected')).kind, 'io');
      connection.reconnect();
      assert.equal((await next(connection, 'onError')).reason.kind, 'io');
      assert.equal(connection.state, 'closed');
    });

    test('a server that was restarted is found again', async () => {
      const server = await listen();
      const { port } = server.address();
      const connection = open(server, { delay: 1, maxDelay: 10 });
      connection.onError(() => {});
      await next(connection, 'onConnected');
      server.close();
      for (const socket of server.clients) socket.close(1001);
      assert.equal((await next(connection, 'onDisconnected')).kind, 'shuttingDown');
      const again = await listen(port);
      await next(connection, 'onConnected');
      assert.equal(again.clients.size, 1);
      connection.close();
      await next(connection, 'onDisconnected');
      again.close();
    });
  });
}

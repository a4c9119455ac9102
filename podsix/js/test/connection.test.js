// A connection's life: coming up, ending, coming back.

import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';

import { connect, Connection, NotConnectedError, Reason } from '../podsix.js';
import { FakeSocket } from './fake_socket.js';

const URL = 'ws://127.0.0.1:31425/';

let log;
let warnings;
// What chance gives; 1 is the longest delay, exactly.
let chance;

beforeEach(() => {
  FakeSocket.reset();
  log = [];
  warnings = [];
  chance = 1;
  mock.restoreAll();
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(Math, 'random', () => chance);
  mock.method(console, 'warn', (words) => warnings.push(words));
});

// A connection whose lifecycle goes to `log`.
function logged(options) {
  const connection = connect(URL, { WebSocket: FakeSocket, ...options });
  connection.onConnected(() => log.push(`connected (${connection.state})`));
  connection.onDisconnected((reason) => log.push(`${reason} (${connection.state})`));
  connection.onError((error) => log.push(`${error.reason ?? error.message} (${connection.state})`));
  return connection;
}

function up(options) {
  const connection = logged(options);
  FakeSocket.last.open();
  log = [];
  return connection;
}

describe('coming up', () => {
  test('is told once, when the handshake is complete', () => {
    const connection = logged();
    assert.equal(connection.state, 'connecting');
    assert.deepEqual(log, []);
    FakeSocket.last.open();
    assert.deepEqual(log, ['connected (connected)']);
    assert.equal(FakeSocket.last.url, URL);
  });

  test('sends what was sent before, in order, before what listeners send', () => {
    const connection = logged();
    connection.onConnected(() => connection.send('third'));
    assert.ok(connection.send('first') > 0);
    connection.send('second', { n: 2 });
    assert.deepEqual(FakeSocket.last.sent, []);
    FakeSocket.last.open();
    connection.send('fourth');
    assert.deepEqual(FakeSocket.last.messages, [
      { action: 'first' }, { action: 'second', n: 2 }, { action: 'third' }, { action: 'fourth' },
    ]);
  });

  test('keeps what was sent through failed attempts', () => {
    const connection = logged();
    connection.send('hello');
    FakeSocket.last.lose();
    connection.send('again');
    mock.timers.tick(500);
    assert.equal(FakeSocket.made.length, 2);
    FakeSocket.last.open();
    assert.deepEqual(FakeSocket.last.messages, [{ action: 'hello' }, { action: 'again' }]);
  });

  test('gives up an attempt that takes too long', () => {
    logged({ connectTimeout: 3_000, reconnect: false });
    mock.timers.tick(2_999);
    assert.deepEqual(log, []);
    mock.timers.tick(1);
    assert.deepEqual(log, ['timed out: no answer for 3 s (closed)']);
    assert.ok(FakeSocket.last.closedWith);
    FakeSocket.last.open();
    assert.equal(log.length, 1, 'an attempt that was given up says nothing more');
  });

  test('says what the cause was, where it is told', () => {
    const connection = logged({ reconnect: false });
    connection.onError((error) => {
      assert.ok(error instanceof NotConnectedError);
      assert.equal(error.reason.kind, 'io');
      assert.equal(error.message, `not connected to ${URL}: connection lost: connect ECONNREFUSED`);
    });
    FakeSocket.last.lose(1006, '', 'connect ECONNREFUSED');
    assert.deepEqual(log, ['connection lost: connect ECONNREFUSED (closed)']);
  });

  test('can fail without a `close`', () => {
    logged();
    FakeSocket.last.dispatchEvent(new Event('error'));
    assert.deepEqual(log, ['connection lost (waiting)']);
    FakeSocket.last.lose();
    assert.equal(log.length, 1);
  });

  test('warns on the console if nobody listens to errors', () => {
    connect(URL, { WebSocket: FakeSocket, reconnect: false });
    FakeSocket.last.lose();
    assert.deepEqual(warnings, [`podsix: not connected to ${URL}: connection lost`]);
  });
});

describe('addresses', () => {
  const url = (given) => connect(given, { WebSocket: FakeSocket }).url;

  test('are taken as they are, or from http', () => {
    assert.equal(url('ws://localhost:31425'), 'ws://localhost:31425/');
    assert.equal(url('wss://play.example.org/game#top'), 'wss://play.example.org/game');
    assert.equal(url('http://localhost:8080'), 'ws://localhost:8080/');
    assert.equal(url('https://play.example.org/'), 'wss://play.example.org/');
    assert.equal(url(new globalThis.URL('ws://localhost:1')), 'ws://localhost:1/');
  });

  test('default to where the page came from', () => {
    globalThis.location = { href: 'https://play.example.org/game/index.html' };
    try {
      assert.equal(url(), 'wss://play.example.org/game/index.html');
      assert.equal(url('/'), 'wss://play.example.org/');
    } finally {
      delete globalThis.location;
    }
  });

  test('that make no sense are refused at once', () => {
    for (const bad of ['localhost:31425', '127.0.0.1:31425', 'ftp://example.org', '', undefined]) {
      assert.throws(() => url(bad), { name: 'TypeError', message: /ws:\/\/host:port/ });
    }
  });

  test('need a class to connect with', () => {
    const kept = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    delete globalThis.WebSocket;
    try {
      assert.throws(() => connect(URL), { name: 'TypeError', message: /option `WebSocket`/ });
    } finally {
      if (kept) Object.defineProperty(globalThis, 'WebSocket', kept);
    }
  });
});

describe('the end', () => {
  const ENDS = [
    // code, the other end's words, kind, what a player reads, whether it comes back
    [1000, 'the game is over', 'closedByPeer', 'closed by the other end: the game is over', false],
    [1005, '', 'closedByPeer', 'closed by the other end', false],
    [1001, '', 'shuttingDown', 'the server is shutting down', true],
    [1012, 'restart', 'shuttingDown', 'the server is shutting down', true],
    [1002, 'not JSON', 'malformed', 'malformed data: not JSON', false],
    [1003, '', 'malformed', 'malformed data', false],
    [1007, '', 'malformed', 'malformed data', false],
    [1008, 'wrong password', 'refused', 'refused by the server: wrong password', false],
    [1009, '`draw` takes 2000000 bytes', 'tooLarge', 'message too large: `draw` takes 2000000 bytes', false],
    [1013, '', 'serverFull', 'the server is full', true],
    [4000, 'nothing heard for 30 s', 'timedOut', 'timed out: nothing heard for 30 s', true],
    [4001, '100 a second', 'tooManyMessages', 'too many messages: 100 a second', false],
    [4002, '', 'queueFull', 'too slow: too much was waiting to be read by this end', true],
    [4003, '', 'handlerPanicked', 'the server failed while it handled a message', true],
    [4004, 'version 2', 'protocolMismatch', 'protocol mismatch: version 2', false],
    [1006, '', 'io', 'connection lost', true],
    [1011, 'out of memory', 'io', 'connection lost: out of memory', true],
    [4999, '', 'io', 'connection lost', true],
  ];
  for (const [code, words, kind, text, comesBack] of ENDS) {
    test(`with code ${code} is ${kind}`, () => {
      const connection = up();
      connection.onDisconnected((reason) => {
        assert.ok(reason instanceof Reason);
        assert.equal(reason.kind, kind);
        assert.equal(reason.words, words);
      });
      FakeSocket.last.lose(code, words);
      assert.deepEqual(log, [`${text} (${comesBack ? 'waiting' : 'closed'})`]);
      mock.timers.tick(60_000);
      assert.equal(FakeSocket.made.length > 1, comesBack);
    });
  }

  test('of a connection that never came up is an error, not a disconnection', () => {
    const connection = logged();
    connection.onDisconnected(() => assert.fail('it was never connected'));
    FakeSocket.last.lose(1008, 'no entry');
    assert.deepEqual(log, ['refused by the server: no entry (closed)']);
  });

  test('is told once', () => {
    up();
    const socket = FakeSocket.last;
    socket.lose();
    socket.lose();
    assert.equal(log.length, 1);
  });
});

describe('close', () => {
  test('says its words and waits for the other end', () => {
    const connection = up();
    connection.on('late', () => assert.fail('nothing is heard after close'));
    connection.close('bye');
    assert.equal(connection.state, 'closing');
    assert.deepEqual(FakeSocket.last.closedWith, [1000, 'bye']);
    FakeSocket.last.receiveMessage({ action: 'late' });
    assert.deepEqual(log, []);
    FakeSocket.last.lose(1000, 'bye');
    assert.deepEqual(log, ['closed by this end: bye (closed)']);
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.made.length, 1);
  });

  test('does not wait for ever', () => {
    const connection = up({ closeTimeout: 2_000 });
    connection.close();
    mock.timers.tick(1_999);
    assert.equal(connection.state, 'closing');
    mock.timers.tick(1);
    assert.deepEqual(log, ['closed by this end (closed)']);
  });

  test('delivers what was sent before the connection is up', () => {
    const connection = logged();
    connection.onConnected(() => assert.fail('it was closed before'));
    connection.send('last_will', { n: 1 });
    connection.close('bye');
    assert.equal(connection.send('too_late'), 0);
    FakeSocket.last.open();
    assert.deepEqual(FakeSocket.last.messages, [{ action: 'last_will', n: 1 }]);
    assert.deepEqual(FakeSocket.last.closedWith, [1000, 'bye']);
    FakeSocket.last.lose(1000);
    assert.deepEqual(log, ['closed by this end: bye (closed)']);
  });

  test('of an attempt with nothing to deliver ends it at once', () => {
    const connection = logged();
    connection.close();
    assert.deepEqual(log, ['closed by this end (closed)']);
    assert.ok(FakeSocket.last.closedWith);
  });

  test('during an attempt is not undone by its time-out', () => {
    const connection = logged();
    connection.send('hello');
    connection.close();
    mock.timers.tick(60_000);
    assert.deepEqual(log, ['closed by this end (closed)']);
    assert.equal(FakeSocket.made.length, 1);
  });

  test('ends the wait for the next attempt', () => {
    const connection = logged();
    FakeSocket.last.lose();
    log = [];
    connection.close('enough');
    assert.deepEqual(log, ['closed by this end: enough (closed)']);
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.made.length, 1);
  });

  test('cuts words to what a close frame holds, between characters', () => {
    const connection = up();
    connection.close('é'.repeat(100));
    assert.equal(FakeSocket.last.closedWith[1], 'é'.repeat(61));
  });

  test('twice is once', () => {
    const connection = up();
    connection.close('first');
    connection.close('second');
    FakeSocket.last.lose(1000);
    connection.close('third');
    assert.deepEqual(log, ['closed by this end: first (closed)']);
  });
});

describe('coming back', () => {
  // The delays before the attempts that follow, each failing at once.
  function delays(count) {
    const found = [];
    for (let n = 0; n < count; n += 1) {
      const made = FakeSocket.made.length;
      let delay = 0;
      while (FakeSocket.made.length === made && delay < 100_000) {
        mock.timers.tick(1);
        delay += 1;
      }
      found.push(delay);
      FakeSocket.last.lose();
    }
    return found;
  }

  test('doubles the delay up to the longest', () => {
    logged();
    FakeSocket.last.lose();
    assert.deepEqual(delays(7), [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  test('leaves half of each delay to chance', () => {
    chance = 0;
    logged();
    FakeSocket.last.lose();
    assert.deepEqual(delays(2), [250, 500]);
  });

  test('can be set', () => {
    const connection = logged({ reconnect: { delay: 100, maxDelay: 300, attempts: 4 } });
    FakeSocket.last.lose();
    assert.deepEqual(delays(4), [100, 200, 300, 300]);
    assert.equal(connection.state, 'closed');
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.made.length, 5);
  });

  test('can be switched off', () => {
    const connection = up({ reconnect: false });
    FakeSocket.last.lose();
    assert.equal(connection.state, 'closed');
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.made.length, 1);
  });

  test('starts over after a connection that lasted', () => {
    up();
    FakeSocket.last.lose();
    delays(3);
    mock.timers.tick(8_000);
    FakeSocket.last.open();
    mock.timers.tick(5_000);
    FakeSocket.last.lose();
    assert.deepEqual(delays(1), [500]);
  });

  test('does not start over after one that was lost at once, as by a full server', () => {
    up();
    FakeSocket.last.lose(1013);
    mock.timers.tick(500);
    FakeSocket.last.open();
    mock.timers.tick(4_999);
    FakeSocket.last.lose(1013);
    assert.deepEqual(delays(1), [1_000]);
  });

  test('calls the same listeners, and sends nothing that was meant for the lost connection', () => {
    const connection = up();
    const heard = [];
    connection.on('hello', ({ n }) => heard.push(n));
    const old = FakeSocket.last;
    old.lose();
    assert.equal(connection.send('stale'), 0);
    mock.timers.tick(500);
    assert.equal(connection.state, 'connecting');
    assert.equal(connection.send('stale'), 0);
    assert.deepEqual(warnings, ['podsix: what is sent without a connection is dropped']);
    FakeSocket.last.open();
    connection.send('fresh');
    assert.deepEqual(FakeSocket.last.messages, [{ action: 'fresh' }]);
    old.receiveMessage({ action: 'hello', n: 1 });
    FakeSocket.last.receiveMessage({ action: 'hello', n: 2 });
    assert.deepEqual(heard, [2]);
    assert.deepEqual(log, ['connection lost (waiting)', 'connected (connected)']);
  });
});

describe('reconnect()', () => {
  test('after the end connects again and keeps what is sent', () => {
    const connection = up({ reconnect: false });
    FakeSocket.last.lose();
    assert.equal(connection.send('stale'), 0);
    connection.reconnect();
    connection.send('hello');
    assert.equal(connection.state, 'connecting');
    FakeSocket.last.open();
    assert.deepEqual(FakeSocket.last.messages, [{ action: 'hello' }]);
    assert.deepEqual(log, ['connection lost (closed)', 'connected (connected)']);
  });

  test('replaces a connection that is up, and tells of its end', () => {
    const connection = up();
    const old = FakeSocket.last;
    connection.reconnect();
    assert.ok(old.closedWith);
    assert.deepEqual(log, ['closed by this end (connecting)']);
    old.lose();
    FakeSocket.last.open();
    assert.equal(log.length, 2);
    assert.equal(FakeSocket.made.length, 2);
  });

  test('does not wait for the next attempt, nor make that one too', () => {
    const connection = logged();
    FakeSocket.last.lose();
    connection.reconnect();
    FakeSocket.last.open();
    mock.timers.tick(60_000);
    assert.equal(FakeSocket.made.length, 2);
  });

  test('can be called from a listener', () => {
    const connection = up({ reconnect: false });
    connection.onDisconnected(() => connection.reconnect());
    FakeSocket.last.lose(1000);
    assert.equal(connection.state, 'connecting');
    FakeSocket.last.open();
    assert.equal(connection.state, 'connected');
  });
});

test('a connection can be made with `new` too', () => {
  assert.equal(new Connection(URL, { WebSocket: FakeSocket }).state, 'connecting');
});

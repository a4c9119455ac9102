// Messages: who hears them, and what may stand in them.

import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';

import { connect, DecodeError } from '../podsix.js';
import { FakeSocket } from './fake_socket.js';

let connection;
let warnings;

function connected(options) {
  FakeSocket.reset();
  connection = connect('ws://127.0.0.1:31425', { WebSocket: FakeSocket, reconnect: false, ...options });
  FakeSocket.last.open();
}

beforeEach(() => {
  warnings = [];
  mock.restoreAll();
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(console, 'warn', (words) => warnings.push(words));
  connected();
});

describe('listeners', () => {
  test('hear their action, in order, all of them', () => {
    const heard = [];
    connection.on('message', ({ who, message }) => heard.push(`${who}: ${message}`));
    connection.on('message', (message) => heard.push(message));
    connection.on('players', () => heard.push('players'));
    FakeSocket.last.receive('{"action":"message","who":"ann","message":"hi"}');
    FakeSocket.last.receive('{"action":"players","players":[]}');
    assert.deepEqual(heard, ['ann: hi', { action: 'message', who: 'ann', message: 'hi' }, 'players']);
  });

  test('of any action hear after those of one', () => {
    const heard = [];
    connection.onAny(({ action }) => heard.push(`any ${action}`));
    connection.on('ping', () => heard.push('ping'));
    FakeSocket.last.receiveMessage({ action: 'ping' });
    FakeSocket.last.receiveMessage({ action: 'pong' });
    assert.deepEqual(heard, ['ping', 'any ping', 'any pong']);
    assert.deepEqual(warnings, []);
  });

  test('can be taken away, even while they are called', () => {
    const heard = [];
    const first = connection.on('tick', () => { heard.push('first'); first(); });
    const second = connection.on('tick', () => heard.push('second'));
    FakeSocket.last.receiveMessage({ action: 'tick' });
    second();
    second();
    FakeSocket.last.receiveMessage({ action: 'tick' });
    assert.deepEqual(heard, ['first', 'second']);
  });

  test('that are added while one is called hear from the next message on', () => {
    const heard = [];
    connection.on('tick', ({ n }) => {
      if (n === 1) connection.on('tick', (message) => heard.push(message.n));
    });
    FakeSocket.last.receiveMessage({ action: 'tick', n: 1 });
    FakeSocket.last.receiveMessage({ action: 'tick', n: 2 });
    assert.deepEqual(heard, [2]);
  });

  test('of the lifecycle are called by no message', () => {
    connection.onConnected(() => assert.fail('a message called it'));
    connection.onDisconnected(() => assert.fail('a message called it'));
    connection.onError(() => assert.fail('a message called it'));
    const heard = [];
    for (const action of ['connected', 'disconnected', 'error', 'onConnected', '__proto__', 'constructor', '']) {
      connection.on(action, (message) => heard.push(message.action));
      FakeSocket.last.receive(`{"action":${JSON.stringify(action)}}`);
    }
    assert.deepEqual(heard, ['connected', 'disconnected', 'error', 'onConnected', '__proto__', 'constructor', '']);
    assert.equal(connection.state, 'connected');
  });

  test('that throw stop no others, and are not silent', async () => {
    const heard = [];
    const uncaught = [];
    mock.method(globalThis, 'queueMicrotask', (act) => {
      try { act(); } catch (error) { uncaught.push(error.message); }
    });
    connection.on('tick', () => { throw new Error('oops'); });
    connection.on('tick', () => heard.push('second'));
    FakeSocket.last.receiveMessage({ action: 'tick' });
    assert.deepEqual(heard, ['second']);
    assert.deepEqual(uncaught, ['oops']);
  });

  test('must be functions', () => {
    assert.throws(() => connection.on('tick'), TypeError);
    assert.throws(() => connection.onError({}), TypeError);
  });

  test('are missed once an action, and not for ever', () => {
    for (let n = 0; n < 3; n += 1) FakeSocket.last.receiveMessage({ action: 'players' });
    assert.deepEqual(warnings, ['podsix: nothing listens to `players`']);
    for (let n = 0; n < 1000; n += 1) FakeSocket.last.receiveMessage({ action: `action ${n}` });
    assert.equal(warnings.length, 100);
  });
});

describe('sending', () => {
  const sent = (fields) => {
    connection.send('put', fields);
    return FakeSocket.last.sent.at(-1);
  };

  test('gives JSON with the action, and its size in bytes', () => {
    assert.equal(connection.send('nickname', { nickname: 'ann' }), 38);
    assert.equal(FakeSocket.last.sent.at(-1), '{"action":"nickname","nickname":"ann"}');
  });

  test('carries everything that JSON has', () => {
    assert.equal(
      sent({ a: [1, -2.5, true, null, 'é"\n'], b: { c: {} }, d: undefined, e: 9007199254740991 }),
      '{"action":"put","a":[1,-2.5,true,null,"é\\"\\n"],"b":{"c":{}},"e":9007199254740991}',
    );
    class Point { x = 1; y = 2; }
    assert.equal(sent({ at: new Point() }), '{"action":"put","at":{"x":1,"y":2}}');
    assert.equal(sent({ n: -9007199254740991n }), '{"action":"put","n":-9007199254740991}');
    assert.equal(sent(JSON.parse('{"__proto__":1}')), '{"action":"put","__proto__":1}');
    assert.equal(sent(undefined), '{"action":"put"}');
  });

  const REFUSED = [
    [{ n: 9007199254740992 }, '`put.n` is 9007199254740992, beyond 2^53-1, where numbers are rounded: send it as text'],
    [{ n: -9007199254740992 }, '`put.n` is -9007199254740992, beyond 2^53-1'],
    [{ n: 9007199254740992n }, '`put.n` is 9007199254740992, beyond 2^53-1: send it as text'],
    [{ n: 2n ** 64n }, '`put.n` is 18446744073709551616, beyond 2^53-1: send it as text'],
    [{ n: 1e300 }, '`put.n` is 1e+300, beyond 2^53-1'],
    [{ n: NaN }, '`put.n` is NaN'],
    [{ n: Infinity }, '`put.n` is Infinity'],
    [{ list: [0, { n: [-Infinity] }] }, '`put.list[1].n[0]` is -Infinity'],
    [{ list: [1, undefined] }, '`put.list[1]` is undefined'],
    [{ list: new Array(2) }, '`put.list[0]` is undefined'],
    [{ act: () => {} }, '`put.act` is a function'],
    [{ s: Symbol('s') }, '`put.s` is a symbol'],
    [{ s: 'a\ud800' }, '`put.s` holds half of a character'],
    [{ ['\udc00']: 1 }, 'holds half of a character'],
    [{ map: new Map() }, '`put.map` is a Map'],
    [{ set: new Set() }, '`put.set` is a Set'],
    [{ date: new Date() }, '`put.date` is a Date'],
    [{ points: new Uint16Array(2) }, '`put.points` is a Uint16Array'],
    [{ action: 'other' }, '`put`: no field can be called `action`'],
    [null, '`put`: the fields must be an object'],
    ['text', '`put`: the fields must be an object'],
    [[1], '`put`: the fields must be an object'],
  ];
  for (const [fields, problem] of REFUSED) {
    test(`refuses: ${problem}`, () => {
      assert.throws(() => connection.send('put', fields), (error) => {
        assert.ok(error instanceof TypeError);
        assert.ok(error.message.includes(problem), error.message);
        return true;
      });
      assert.deepEqual(FakeSocket.last.sent, []);
    });
  }

  test('refuses what contains itself', () => {
    const loop = {};
    loop.loop = loop;
    assert.throws(() => connection.send('put', loop), { name: 'TypeError', message: /nested more than 64 deep/ });
  });

  test('refuses an action that is no text', () => {
    assert.throws(() => connection.send(7), { name: 'TypeError', message: /action/ });
    assert.throws(() => connection.send('\ud800'), TypeError);
  });

  test('refuses a message that is too large', () => {
    connected({ maxMessageBytes: 40 });
    connection.send('nickname', { nickname: 'ann12' });
    assert.throws(() => connection.send('nickname', { nickname: 'ann123' }), {
      name: 'RangeError',
      message: '`nickname` takes 41 bytes, more than maxMessageBytes, 40',
    });
    // Two bytes each, though one character.
    assert.throws(() => connection.send('nickname', { nickname: 'ééé' }), RangeError);
    assert.equal(FakeSocket.last.sent.length, 1);
  });

  test('refuses more than may wait for the network', () => {
    connected({ maxOutgoingBytes: 100 });
    FakeSocket.last.bufferedAmount = 83;
    assert.equal(connection.send('tick'), 17);
    FakeSocket.last.bufferedAmount = 84;
    assert.throws(() => connection.send('tick'), { name: 'RangeError', message: /84 bytes wait/ });
  });

  test('is over when the socket has begun to close, though its end was not told yet', () => {
    FakeSocket.last.readyState = 2;
    assert.equal(connection.send('tick'), 0);
    assert.deepEqual(FakeSocket.last.sent, []);
    assert.equal(connection.state, 'connected');
  });

  test('refuses more than may wait for the connection', () => {
    FakeSocket.reset();
    connection = connect('ws://127.0.0.1:31425', { WebSocket: FakeSocket, maxOutgoingBytes: 40 });
    connection.send('tick');
    connection.send('tick');
    assert.throws(() => connection.send('tick'), { name: 'RangeError', message: /no room for `tick`: 34 bytes wait/ });
    FakeSocket.last.open();
    assert.equal(FakeSocket.last.sent.length, 2);
    connection.send('tick');
  });
});

describe('receiving', () => {
  let heard;
  let errors;
  const receive = (data) => {
    heard = [];
    errors = [];
    connected();
    connection.onAny((message) => heard.push(message));
    connection.onError((error) => errors.push(error));
    FakeSocket.last.receive(data);
  };

  const FIT = [
    '{"action":"a","n":9007199254740991}',
    '{"action":"a","n":-9007199254740991}',
    '{"action":"a","n":0.12345678901234567890}',
    '{"action":"a","n":12345678901234567890.5}',
    '{"action":"a","n":1e300}',
    '{"action":"a","n":1E-400}',
    '{"action":"a","text":"9007199254740993"}',
    '{"action":"a","text":"\\"9007199254740993"}',
    '{"action":"a","text":"\\\\\\" 9007199254740993 \\\\"}',
    '{"action":"a","9007199254740993":"1e999"}',
    '{"action":"a","list":[1234567,7654321,{"n":[1111111,2222222]}]}',
  ];
  for (const text of FIT) {
    test(`takes ${text}`, () => {
      receive(text);
      assert.deepEqual(errors, []);
      assert.deepEqual(heard, [JSON.parse(text)]);
    });
  }

  const UNFIT = [
    ['{"action":"a","n":9007199254740992}', '9007199254740992'],
    ['{"action":"a","n":9007199254740993}', '9007199254740993'],
    ['{"action":"a","n":-9007199254740993}', '-9007199254740993'],
    ['{"n":18446744073709551615,"action":"a"}', '18446744073709551615'],
    ['{"action":"a","list":[0,{"n":[1,\n 9007199254740993 ]}]}', '9007199254740993'],
    ['{"action":"a","text":"\\\\","n":9007199254740993}', '9007199254740993'],
    ['{"action":"a","text":"\\\\\\"","n":9007199254740993}', '9007199254740993'],
    ['{"action":"a","text":"9007199254740993","n":9007199254740995}', '9007199254740995'],
    ['{"action":"a","n":1e999}', '1e999'],
    ['{"action":"a","n":-1E+0400}', '-1E+0400'],
  ];
  for (const [text, number] of UNFIT) {
    test(`rounds nothing in ${JSON.stringify(text)}`, () => {
      receive(text);
      assert.deepEqual(heard, []);
      assert.equal(errors.length, 1);
      assert.ok(errors[0] instanceof DecodeError);
      assert.equal(errors[0].action, 'a');
      assert.equal(errors[0].message, `\`a\`: the number ${number} would be rounded: the server must send it as text`);
      assert.equal(connection.state, 'connected');
    });
  }

  test('cuts a long number in its error', () => {
    receive(`{"action":"a","n":${'9'.repeat(500)}}`);
    assert.ok(errors[0].message.length < 120, errors[0].message);
  });

  test('looks through a large message with many strings', () => {
    const words = Array.from({ length: 20_000 }, (_, n) => `\\"${n}\\\\ 1234567890123456789`);
    receive(`{"action":"a","words":${JSON.stringify(words)},"n":9007199254740993}`);
    assert.equal(errors[0].action, 'a');
  });

  for (const data of ['', 'hello', '[]', '7', 'null', '"action"', '{}', '{"action":7}', '{"action":"a"} ', '{"action":"a"}x',
    '[{"action":"a"}]', new ArrayBuffer(4)]) {
    const good = data === '{"action":"a"} ';
    test(`${good ? 'takes' : 'tells of'} ${JSON.stringify(data)}`, () => {
      receive(data);
      assert.equal(errors.length, good ? 0 : 1);
      assert.equal(heard.length, good ? 1 : 0);
      if (!good) assert.ok(errors[0] instanceof DecodeError);
      assert.equal(connection.state, 'connected');
      FakeSocket.last.receiveMessage({ action: 'next' });
      assert.equal(heard.at(-1).action, 'next');
    });
  }

  test('ends a connection that brings too many bad messages', () => {
    connected({ maxBadMessages: 2 });
    let reason;
    let count = 0;
    connection.onError(() => { count += 1; });
    connection.onDisconnected((why) => { reason = why; });
    FakeSocket.last.receive('x');
    FakeSocket.last.receive('x');
    assert.equal(reason, undefined);
    FakeSocket.last.receive('x');
    assert.equal(count, 3);
    assert.equal(String(reason), 'malformed data: more than 2 bad messages');
    assert.deepEqual(FakeSocket.last.closedWith, [1000, String(reason)]);
  });

  test('ends a connection that brings a message too large', () => {
    connected({ maxMessageBytes: 20 });
    let reason;
    const heardHere = [];
    connection.on('a', () => heardHere.push('a'));
    connection.onDisconnected((why) => { reason = why; });
    FakeSocket.last.receive('{"action":"a"}      ');
    assert.equal(heardHere.length, 1);
    FakeSocket.last.receive('{"action":"a"}       ');
    assert.equal(heardHere.length, 1);
    assert.equal(reason.kind, 'tooLarge');
    assert.equal(connection.state, 'closed');
  });
});

// Never run: `tsc --strict` has to accept every line of it, and to refuse each
// line below a `@ts-expect-error`.

import { connect, Connection, DecodeError, NotConnectedError, Reason } from '../podsix.js';
import type { Message, Options, ReasonKind, State } from '../podsix.js';

interface ToServer {
  nickname: { nickname: string };
  move: { x: number; y: number; note?: string };
  big: { id: number | bigint };
  leave: {};
  clear: Record<string, never>;
  hint: { about?: string };
}

interface ToClient {
  players: { players: string[] };
  message: { who: string; message: string };
  over: {};
}

const connection: Connection<ToServer, ToClient> = connect<ToServer, ToClient>('ws://127.0.0.1:31425');

// Sending.
const bytes: number = connection.send('nickname', { nickname: 'ann' });
connection.send('move', { x: 1, y: 2 });
connection.send('big', { id: 1n });
connection.send('leave');
connection.send('leave', {});
connection.send('clear');
connection.send('hint');
connection.send('hint', { about: 'keys' });
// @ts-expect-error an action that does not exist
connection.send('nickmane', { nickname: 'ann' });
// @ts-expect-error a missing field
connection.send('move', { x: 1 });
// @ts-expect-error missing fields
connection.send('move');
// @ts-expect-error a wrong type
connection.send('nickname', { nickname: 7 });
// @ts-expect-error a field that the action does not have
connection.send('nickname', { nickname: 'ann', age: 7 });
// @ts-expect-error a field for an action without any
connection.send('clear', { all: true });
// @ts-expect-error the other direction's action
connection.send('message', { who: 'ann', message: 'hi' });

// Receiving.
const unlisten: () => void = connection.on('message', ({ who, message, action }) => {
  const text: string = `${who}: ${message}`;
  const same: 'message' = action;
  // @ts-expect-error a field that the action does not have
  message.whom;
});
unlisten();
connection.on('players', ({ players }) => players.map((name) => name.toUpperCase()));
connection.on('over', ({ action }) => action);
// @ts-expect-error an action that does not exist
connection.on('massage', () => {});
// @ts-expect-error a field that the action does not have
connection.on('players', ({ names }) => names);
// @ts-expect-error every listener gets the same object
connection.on('message', (message) => { message.who = 'bob'; });

connection.onAny((message) => {
  switch (message.action) {
    case 'players':
      return message.players.length;
    case 'message':
      return message.who.length;
    case 'over':
      return 0;
    default: {
      const nothing: never = message;
      return nothing;
    }
  }
});

const message: Message<ToClient, 'message'> = { action: 'message', who: 'ann', message: 'hi' };

// Lifecycle.
connection.onConnected(() => connection.send('leave'));
connection.onDisconnected((reason: Reason) => {
  const kind: ReasonKind = reason.kind;
  const text: string = `${reason}` + reason.words;
});
connection.onError((error) => {
  if (error instanceof NotConnectedError) error.reason.kind === 'refused';
  if (error instanceof DecodeError) error.action?.length;
  const text: string = error.message;
});
const state: State = connection.state;
connection.close();
connection.close('bye');
connection.reconnect();
// @ts-expect-error it can be read only
connection.state = 'closed';

// Options.
const options: Options = {
  reconnect: { delay: 100, maxDelay: 1_000, attempts: 3 },
  connectTimeout: 1_000,
  maxOutgoingBytes: 1_000,
  WebSocket,
};
connect('ws://127.0.0.1', options);
connect(new URL('ws://127.0.0.1'), { reconnect: false });
// @ts-expect-error a misspelt option
connect('ws://127.0.0.1', { reconect: false });

// Without a protocol anything goes.
const untyped = connect();
untyped.send('anything', { at: [1, 2] });
untyped.send('anything');
untyped.on('whatever', ({ what, action }) => [what, action]);
untyped.onAny((message) => message.action.length + message.what);

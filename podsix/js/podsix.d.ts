/**
 * podsix for browsers: messages to and from a podsix server, through WebSocket.
 *
 * A message has an action, which says what it is, and fields. On the wire it is
 * a JSON object with the action under the key `action`.
 *
 * A protocol is written down as one interface a direction, from actions to their
 * fields. An action without fields has `{}`:
 *
 * ```ts
 * interface ToServer {
 *   nickname: { nickname: string };
 *   leave: {};
 * }
 * interface ToClient {
 *   players: { players: string[] };
 * }
 * const connection = connect<ToServer, ToClient>('ws://127.0.0.1:31425');
 * ```
 */

/** A protocol that was not written down: any action, with any fields. */
export interface Untyped {
  [action: string]: any;
}

/** The actions of a protocol. */
export type Action<Protocol> = keyof Protocol & string;

/** A message as it arrives: its fields, and its action under `action`. */
export type Message<Protocol, A extends Action<Protocol> = Action<Protocol>> = {
  [B in A]: Readonly<Protocol[B]> & { readonly action: B };
}[A];

/** Takes a listener away again; calling it twice does nothing. */
export type Unlisten = () => void;

/**
 * Begins to connect, and goes on by itself: it comes back after a connection is
 * lost, unless it is told not to.
 *
 * @param url `ws://host:port`, or `wss://host` for a server behind TLS; a page
 *   that came by `https` may open `wss` only. `http` and `https` are understood
 *   as `ws` and `wss`, and a path stands for the host that the page came from.
 *   Left out, it is the server that the page came from.
 * @throws {TypeError} If the URL can't be understood, or if there is no
 *   `WebSocket` here. A server that can't be reached is no exception: it comes
 *   to `onError`.
 */
export function connect<ToServer = Untyped, ToClient = Untyped>(
  url?: string | URL,
  options?: Options,
): Connection<ToServer, ToClient>;

/** What can be set; all of it has defaults. Times are in milliseconds. */
export interface Options {
  /**
   * Whether to connect again after a failed attempt and after a lost
   * connection: `true`. `false` leaves it to `reconnect()`; an object sets how.
   * It never does after a refusal, after either end closed the connection, or
   * where the same would only happen again, such as malformed data.
   */
  reconnect?: boolean | ReconnectOptions;
  /** The time in which a connection has to come up: 10,000. */
  connectTimeout?: number;
  /** How long a connection that was closed on this end may take to deliver what was sent before: 5,000. */
  closeTimeout?: number;
  /**
   * The largest message, in bytes of JSON: 1,048,576. A larger one can't be
   * sent; from the server it ends the connection.
   */
  maxMessageBytes?: number;
  /**
   * How many bytes may wait to be sent: 8,388,608. Counts what waits for the
   * first connection as well as what the network has not taken yet.
   */
  maxOutgoingBytes?: number;
  /**
   * How many messages that can't be understood one connection may bring: 100.
   * Each comes to `onError`; one more ends the connection.
   */
  maxBadMessages?: number;
  /** The class to connect with, where there is no global `WebSocket` or a test brings its own. */
  WebSocket?: new (url: string) => any;
}

/**
 * When to connect again. The first attempt comes after `delay`, and each one that
 * fails doubles it, up to `maxDelay`. Up to half of it is taken off by chance, so
 * that the clients of a server that was restarted don't return all at once. It
 * starts over after a connection that lasted for five seconds.
 */
export interface ReconnectOptions {
  /** The delay before the first attempt, in milliseconds: 500. */
  delay?: number;
  /** The longest delay, in milliseconds: 10,000. */
  maxDelay?: number;
  /** How many attempts in a row to make before giving up: no end. */
  attempts?: number;
}

/**
 * Where a connection is:
 *
 * - `connecting`: an attempt is being made.
 * - `connected`: after `onConnected`, before `onDisconnected`.
 * - `waiting`: not connected; the next attempt comes by itself.
 * - `closing`: `close` was called, and what was sent before is being delivered.
 * - `closed`: over, until `reconnect()`.
 */
export type State = 'connecting' | 'connected' | 'waiting' | 'closing' | 'closed';

/** A client's connection to a server. */
export class Connection<ToServer = Untyped, ToClient = Untyped> {
  /** As `connect`. */
  constructor(url?: string | URL, options?: Options);

  /** Where the connection is. */
  readonly state: State;

  /** The server's URL, whole. */
  readonly url: string;

  /**
   * Calls `listener` for each message with this action, in the order in which
   * the messages were sent. Any number may listen.
   *
   * Lifecycle has listeners of its own: a message that is called `connected` or
   * `error` comes here and nowhere else.
   */
  on<A extends Action<ToClient>>(action: A, listener: (message: Message<ToClient, A>) => void): Unlisten;

  /** Calls `listener` for every message, after those that listen to its action. */
  onAny(listener: (message: Message<ToClient>) => void): Unlisten;

  /**
   * Calls `listener` whenever the connection is up, the first time and each time
   * that it came back. The server knows nothing of the connection before, so
   * this is the place to tell it who is there.
   */
  onConnected(listener: () => void): Unlisten;

  /**
   * Calls `listener` when a connection that was up has ended, with the reason.
   * `state` tells whether the next attempt comes by itself.
   */
  onDisconnected(listener: (reason: Reason) => void): Unlisten;

  /**
   * Calls `listener` with what failed: a `NotConnectedError` for each attempt
   * that came to nothing, a `DecodeError` for a message that can't be understood
   * (the connection stays up). If nobody listens, errors go to the console.
   */
  onError(listener: (error: NotConnectedError | DecodeError) => void): Unlisten;

  /**
   * Sends a message, and returns the bytes of its JSON.
   *
   * What is sent before the first connection is up waits for it. After a
   * connection was lost, a message is dropped until the next one is up, and 0 is
   * returned: what was meant for the old connection is stale on the new one.
   *
   * Text, booleans, `null`, finite numbers, a `bigint`, arrays and plain objects
   * can be sent. A field that is `undefined` is left out.
   *
   * @throws {TypeError} If a value can't be sent as it is: an integer beyond
   *   2^53-1, NaN, infinity, half of a surrogate pair, `undefined` in an array, a
   *   `Map`, a `Date`, a typed array, something nested more than 64 deep. The
   *   message names the field, as in `draw.points[3]`.
   * @throws {RangeError} If the message is larger than `maxMessageBytes`, or if
   *   there is no room for it in `maxOutgoingBytes`.
   */
  send<A extends Action<ToServer>>(
    action: A,
    ...fields: {} extends ToServer[A] ? [fields?: ToServer[A]] : [fields: ToServer[A]]
  ): number;

  /**
   * Delivers what was sent before, then these words, then closes. No message is
   * heard any more, and no new attempt is made; `onDisconnected` follows, or
   * `onError` if the connection never came up. Words of more than 123 bytes are
   * cut.
   */
  close(words?: string): void;

  /**
   * Connects again, after any end or instead of the connection that is there;
   * nothing of the old one is left. What is sent from now on waits for the new
   * one.
   */
  reconnect(): void;
}

/**
 * What kind of end it was:
 *
 * - `closed`: this end closed the connection.
 * - `closedByPeer`: the other end closed it.
 * - `serverFull`: the server has as many clients as it takes.
 * - `shuttingDown`: the server is being shut down.
 * - `timedOut`: nothing was heard for too long.
 * - `refused`: the server's own rules refused this client.
 * - `malformed`: one end sent what is not podsix's protocol.
 * - `tooLarge`: one end sent a message larger than the other one takes.
 * - `tooManyMessages`: one end sent more messages than the other one allows.
 * - `queueFull`: this end read so slowly that the server's queue for it was full.
 * - `handlerPanicked`: a handler on the server panicked.
 * - `protocolMismatch`: the two ends speak different protocols or versions.
 * - `io`: the network failed, or there is no server. Browsers don't tell more.
 */
export type ReasonKind =
  | 'closed'
  | 'closedByPeer'
  | 'serverFull'
  | 'shuttingDown'
  | 'timedOut'
  | 'refused'
  | 'malformed'
  | 'tooLarge'
  | 'tooManyMessages'
  | 'queueFull'
  | 'handlerPanicked'
  | 'protocolMismatch'
  | 'io';

/** Why a connection ended. `String(reason)` is fit to be shown to a player. */
export class Reason {
  constructor(kind: ReasonKind, words?: string);
  /** What kind of end it was. */
  readonly kind: ReasonKind;
  /**
   * The words of the end that closed, or what it saw; may be empty. They come
   * from the other end: show them as text, never as HTML.
   */
  readonly words: string;
  toString(): string;
}

/** An attempt to connect that came to nothing. `Connection.state` tells whether there will be another. */
export class NotConnectedError extends Error {
  constructor(url: string, reason: Reason);
  /** Why. */
  readonly reason: Reason;
}

/** A message that can't be understood. The connection is still up. */
export class DecodeError extends Error {
  constructor(action: string | undefined, problem: string);
  /** The message's action, where it is known. */
  readonly action: string | undefined;
}

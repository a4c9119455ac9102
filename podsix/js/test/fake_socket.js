// A WebSocket without a network: the test plays the server.

export class FakeSocket extends EventTarget {
  // Those made since `reset`, in order.
  static made = [];
  static reset() {
    FakeSocket.made = [];
  }
  static get last() {
    return FakeSocket.made.at(-1);
  }

  sent = [];
  bufferedAmount = 0;
  readyState = 0;
  closedWith = undefined;

  constructor(url) {
    super();
    this.url = url;
    FakeSocket.made.push(this);
  }

  // What the client calls.
  send(text) {
    this.sent.push(text);
  }
  close(code, words) {
    this.closedWith ??= [code, words];
  }

  // What the server and the network do.
  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }
  receive(data) {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
  receiveMessage(message) {
    this.receive(JSON.stringify(message));
  }
  lose(code = 1006, reason = '', message = undefined) {
    if (code === 1006) this.dispatchEvent(Object.assign(new Event('error'), { message }));
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }));
  }

  get messages() {
    return this.sent.map((text) => JSON.parse(text));
  }
}

import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface HttpAnswer {
  status: number;
  /** As it came; parsed only where somebody looks into it. */
  body: string;
}

/** A raw keep-alive connection with one request in flight: the load must cost less than what it measures. */
export class HttpConnection {
  readonly #socket: Socket;
  #received = "";
  #settle: { resolve(answer: HttpAnswer): void; reject(error: Error): void } | undefined;

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    await once(socket, "connect");
    return new HttpConnection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("error", (error) => this.#settle?.reject(error));
    socket.on("close", () => this.#settle?.reject(new Error("hung up in the middle of a request")));
  }

  ask(request: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request, "latin1");
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#received += text;
    const headEnds = this.#received.indexOf("\r\n\r\n");
    if (headEnds < 0) return;
    const bodyBytes = lengthIn(this.#received, headEnds);
    const bodyBegins = headEnds + 4;
    if (this.#received.length < bodyBegins + bodyBytes) return;
    const answer = {
      status: Number(this.#received.slice(9, 12)),
      body: this.#received.slice(bodyBegins, bodyBegins + bodyBytes),
    };
    this.#received = "";
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve(answer);
  }
}

const LENGTH = /\r\ncontent-length: *(\d+)/i;

function lengthIn(text: string, headEnds: number): number {
  const length = LENGTH.exec(text.slice(0, headEnds))?.[1];
  if (length === undefined) throw new Error(`an answer without a length:\n${text.slice(0, 300)}`);
  return Number(length);
}

import { connectRaw, type RawPeer } from "./raw-peer.ts";

/** HTTP/2 frame by frame (RFC 9113), for what no client library would send. */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const HEAD_BYTES = 9;

export interface Frame {
  type: number;
  stream: number;
  payload: Buffer;
}

type Pairs = readonly (readonly [name: string, value: string])[];

export const GET: Pairs = [
  [":method", "GET"],
  [":scheme", "https"],
  [":path", "/"],
  [":authority", "h"],
];

export class Http2Peer {
  readonly peer: RawPeer;

  constructor(peer: RawPeer) {
    this.peer = peer;
  }

  /** All that has come so far. */
  get frames(): Frame[] {
    const bytes = Buffer.from(this.peer.received, "latin1");
    const frames: Frame[] = [];
    for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
      const end = at + HEAD_BYTES + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      const stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
      frames.push({ type: bytes[at + 3] ?? -1, stream, payload: bytes.subarray(at + 9, end) });
      at = end;
    }
    return frames;
  }

  /** The code with which a stream was reset. */
  resetOf(stream: number): number | undefined {
    const reset = this.frames.find((one) => one.type === FRAME.reset && one.stream === stream);
    return reset?.payload.readUInt32BE(0);
  }

  /** The code with which the proxy has said that it is done with the connection. */
  get goneAway(): number | undefined {
    return this.frames.findLast(({ type }) => type === FRAME.goaway)?.payload.readUInt32BE(4);
  }

  send(...frames: readonly Buffer[]): void {
    this.peer.socket.write(Buffer.concat(frames));
  }

  request(stream: number, pairs: Pairs = GET, { ends = true } = {}): void {
    this.send(headers(stream, block(pairs), ends));
  }
}

/** A client that has said hello. */
export async function connectHttp2(
  port: number,
  settings: Buffer = Buffer.alloc(0),
): Promise<Http2Peer> {
  const peer = await connectRaw(port);
  peer.send(PREFACE);
  const client = new Http2Peer(peer);
  client.send(frame(FRAME.settings, 0, 0, settings));
  return client;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function headers(stream: number, payload: Buffer, ends = true, isWhole = true): Buffer {
  const flags = (ends ? END_STREAM : 0) | (isWhole ? END_HEADERS : 0);
  return frame(FRAME.headers, flags, stream, payload);
}

export function data(stream: number, text: string, ends = false): Buffer {
  return frame(FRAME.data, ends ? END_STREAM : 0, stream, Buffer.from(text));
}

export function reset(stream: number, code = 8): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame(FRAME.reset, 0, stream, payload);
}

/** SETTINGS that give streams a window of so many bytes. */
export function windowSetting(sizeBytes: number): Buffer {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(4);
  payload.writeUInt32BE(sizeBytes, 2);
  return payload;
}

/** Header fields as HPACK has them when it remembers and compresses nothing. */
export function block(pairs: Pairs): Buffer {
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  return Buffer.concat([length(bytes.length), bytes]);
}

/** An integer with a prefix of seven bits (RFC 7541 §5.1). */
function length(value: number): Buffer {
  if (value < 127) return Buffer.of(value);
  const octets = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) octets.push((rest % 128) | 128);
  return Buffer.from([...octets, rest]);
}

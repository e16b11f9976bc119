/**
 * What BuildKit tells while it builds: protobuf, of which only this is read (moby.buildkit.v1.StatusResponse):
 * vertexes (1) with name (3), cached (4), started (5), completed (6) and error (7); logs (3) with msg (4).
 */
export interface BuildTrace {
  /** A step begins, or was found in the cache. */
  steps: readonly string[];
  /** What steps print, not cut into lines. */
  output: string;
}

const [VERTEXES, LOGS] = [1, 3];
const VERTEX = { name: 3, cached: 4, started: 5, completed: 6 } as const;
const LOG_TEXT = 4;
/** What BuildKit does for itself. */
const INTERNAL = /^\[internal\]|^copy \/context|^exporting to/;

export function readBuildTrace(base64: string): BuildTrace {
  const fields = readFields(Buffer.from(base64, "base64"));
  const steps = fields
    .filter(({ number }) => number === VERTEXES)
    .map(({ bytes }) => describeStep(readFields(bytes)))
    .filter((step) => step !== undefined);
  const output = fields
    .filter(({ number }) => number === LOGS)
    .map(({ bytes }) => textOf(readFields(bytes), LOG_TEXT))
    .join("");
  return { steps, output };
}

function describeStep(vertex: readonly Field[]): string | undefined {
  const has = (number: number) => vertex.some((field) => field.number === number);
  const name = textOf(vertex, VERTEX.name);
  if (name === "" || INTERNAL.test(name)) return undefined;
  if (has(VERTEX.cached) && has(VERTEX.completed)) return `${name} (cached)`;
  return has(VERTEX.started) && !has(VERTEX.completed) ? name : undefined;
}

interface Field {
  number: number;
  /** Empty for a number, of which only the presence is asked: false is not sent. */
  bytes: Buffer;
}

function textOf(fields: readonly Field[], number: number): string {
  return fields.find((field) => field.number === number)?.bytes.toString("utf8") ?? "";
}

const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];
const FIXED_BYTES: Readonly<Record<number, number>> = { [FIXED64]: 8, [FIXED32]: 4 };

/** The fields of one protobuf message; what is cut off is left out. */
function readFields(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; at < message.length; shift *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    const [number, type] = [Math.floor(tag / 8), tag % 8];
    let length = FIXED_BYTES[type] ?? 0;
    if (type === VARINT) varint();
    else if (type === LENGTH) length = varint();
    fields.push({ number, bytes: message.subarray(at, at + length) });
    at += length;
  }
  return fields;
}

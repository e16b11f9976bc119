const SIGNATURE = Buffer.from("0d0a0d0a000d0a515549540a", "hex");

export interface BinaryHeader {
  command?: number;
  family?: number;
  /** Addresses, ports and extensions. */
  payload?: Buffer;
  /** What the header says of the payload's length. Default: the truth. */
  length?: number;
}

/** A header in the binary form; by default for a client at 203.0.113.7. */
export function binaryHeader(header: BinaryHeader = {}): Buffer {
  const { command = 0x21, family = 0x11, payload = ipv4Addresses() } = header;
  const length = Buffer.alloc(2);
  length.writeUInt16BE(header.length ?? payload.length);
  return Buffer.concat([SIGNATURE, Buffer.from([command, family]), length, payload]);
}

export function ipv4Addresses(client: readonly number[] = [203, 0, 113, 7]): Buffer {
  return Buffer.from([...client, 10, 0, 0, 1, 0x30, 0x39, 0x01, 0xbb]);
}

export function ipv6Addresses(clientHex: string): Buffer {
  return Buffer.concat([Buffer.from(clientHex, "hex"), Buffer.alloc(16, 1), Buffer.alloc(4, 2)]);
}

import { ECHO, FRAME, UPGRADE } from "../requests.ts";
import { Connection } from "./connection.ts";
import { EchoReader } from "./echo-reader.ts";

/** More at once would overflow a proxy's queue of connections. */
const OPENING_AT_ONCE = 64;

/** Opens WebSockets that each echo once and then are silent. */
export async function openWebSockets(port: number, count: number): Promise<Connection[]> {
  const open: Connection[] = [];
  const openNext = async () => {
    for (; left > 0; ) {
      left -= 1;
      const connection = await Connection.open(port, new EchoReader(ECHO.length));
      open.push(connection);
      await connection.exchange(UPGRADE);
      await connection.exchange(FRAME);
    }
  };
  let left = count;
  try {
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, openNext));
  } catch (error) {
    left = 0;
    for (const connection of open) connection.close();
    throw error;
  }
  return open;
}

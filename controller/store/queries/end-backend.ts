import type { StateOf } from "../../../src/protocol/backend-state.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Connection, Session } from "../session.ts";
import { advanceBackend } from "./advance-backend.ts";

/** The controller's own word that a backend has ended. The caller has locked its drone. */
export function endBackend(
  tx: Connection,
  session: Session,
  { id, drone }: { id: BackendId; drone: string },
  state: StateOf<"terminated">,
): Promise<boolean> {
  return advanceBackend(tx, session, { drone, id, state, ageMs: 0 });
}

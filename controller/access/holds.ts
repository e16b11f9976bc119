import type { CredentialIds } from "../store/access-store.ts";
import type { Rights } from "./rights.ts";

interface Hold {
  rights: Rights;
  end(): void;
}

/** What is open by right of a key or a session: requests that are not answered yet, streams, sockets. */
export class Holds {
  readonly #open = new Set<Hold>();

  /** Returns the function that forgets it. */
  add(rights: Rights, end: () => void): () => void {
    const hold = { rights, end };
    this.#open.add(hold);
    return () => void this.#open.delete(hold);
  }

  credentials(): CredentialIds {
    const keyIds = new Set<string>();
    const sessionHashes = new Set<string>();
    for (const { rights } of this.#open) {
      if (rights.keyId !== null) keyIds.add(rights.keyId);
      if (rights.session !== null) sessionHashes.add(rights.session.hash);
    }
    return { keyIds: [...keyIds], sessionHashes: [...sessionHashes] };
  }

  endLapsed(nowMs: number): void {
    this.#endThose(({ endsMs }) => endsMs <= nowMs);
  }

  endAllOf({ keyIds, sessionHashes }: CredentialIds): void {
    const ended = new Set([...keyIds, ...sessionHashes]);
    if (ended.size === 0) return;
    this.#endThose(
      ({ keyId, session }) =>
        (keyId !== null && ended.has(keyId)) || (session !== null && ended.has(session.hash)),
    );
  }

  #endThose(areOver: (rights: Rights) => boolean): void {
    for (const hold of [...this.#open]) {
      if (!areOver(hold.rights) || !this.#open.delete(hold)) continue;
      hold.end();
    }
  }
}

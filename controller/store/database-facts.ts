/** What is seen of a SQLite file from outside, while a controller may be using it. */
export type SqliteFacts =
  | { kind: "absent"; path: string }
  | {
      kind: "file";
      path: string;
      mode: number;
      sizeBytes: number;
      /** What is not yet in the file itself. */
      walBytes: number;
      writable: boolean;
      integrity: Integrity;
    };

export type Integrity =
  | { kind: "sound" }
  /** It would take too long. */
  | { kind: "not-checked" }
  | { kind: "damaged"; problems: string[] }
  | { kind: "unreadable"; error: string };

/** A PostgreSQL database that answers, with its clock at hand. */
export interface PostgresFacts extends AsyncDisposable {
  version: string;
  /** The names of the migrations that this version of Hangar would apply. */
  pending: string[];
  /** Epoch ms, by the database's clock. */
  now(): Promise<number>;
}

import { formatBytes } from "../../render/format-bytes.ts";
import { tildePath } from "../../settings/data-dir.ts";
import { type Finding, fail, ok, skipped, warn } from "../finding.ts";
import { judgeClock } from "../judge-clock.ts";
import type { Check } from "../run-checks.ts";
import { sampleClock } from "../sample-clock.ts";
import type { Scene } from "../scene.ts";

type DatabaseFacts = Awaited<
  ReturnType<typeof import("../../../../controller/doctor.ts").examineDatabase>
>;
type SqliteFacts = Extract<DatabaseFacts, { kind: "sqlite" }>["facts"];
type PostgresFacts = Extract<DatabaseFacts, { kind: "postgres" }>["facts"];

const NAME = "database";
const MIB = 1_048_576;

export const database: Check = {
  name: NAME,
  async run(scene) {
    const { dataDir, database: url } = scene.settings;
    const { examineDatabase } = await import("../../../../controller/doctor.ts");
    try {
      const found = await examineDatabase(dataDir, url);
      return found.kind === "sqlite"
        ? [judgeSqlite(found.facts)]
        : await lookAtPostgres(scene, found.facts);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const todo = "See that it runs, and that --database has its host, user, password and name.";
      return [fail(NAME, message, todo)];
    }
  },
};

/** Where the controller's database is PostgreSQL, its clock is the one that leases are counted by. */
async function lookAtPostgres({ clock, signal }: Scene, facts: PostgresFacts): Promise<Finding[]> {
  await using database = facts;
  const samples = await sampleClock(clock, () => database.now(), signal);
  return [judgePostgres(database), judgeClock("database clock", samples)];
}

export function judgePostgres({
  version,
  pending,
}: Pick<PostgresFacts, "version" | "pending">): Finding {
  const found = `PostgreSQL ${version}`;
  if (pending.length === 0) return ok(NAME, `${found}, with every migration`);
  const todo = "`hangar migrate` applies them; so does the first controller that starts.";
  return warn(NAME, `${found}, without ${pending.join(", ")}`, todo);
}

export function judgeSqlite(facts: SqliteFacts): Finding {
  const path = tildePath(facts.path);
  if (facts.kind === "absent") return skipped(NAME, `${path} does not exist: no controller here`);
  const { integrity, sizeBytes, walBytes, writable, mode } = facts;
  if (integrity.kind === "damaged") {
    return fail(
      NAME,
      `${path} is damaged: ${integrity.problems.join("; ")}`,
      "Stop the controller, keep a copy, and try `sqlite3 hangar.db .recover`. Drones tell a new database what they run.",
    );
  }
  if (integrity.kind === "unreadable") {
    return fail(NAME, `${path}: ${integrity.error}`, "Run this as the user that runs Hangar.");
  }
  if (!writable) {
    const todo = "Give the file and its folder to the user that runs Hangar.";
    return fail(NAME, `${path} or its folder cannot be written`, todo);
  }
  if ((mode & 0o077) !== 0) {
    const found = `${path} may be read by others, and holds secrets: mode 0${mode.toString(8)}`;
    return fail(NAME, found, `chmod 600 ${path}`);
  }
  const size = `${path}, ${formatBytes(sizeBytes)} and ${formatBytes(walBytes)} of WAL`;
  if (walBytes > Math.max(64 * MIB, sizeBytes)) {
    return warn(NAME, size, "Something reads it without end: `fuser -v` on the file names it.");
  }
  const checked = integrity.kind === "sound" ? "sound" : "too large to be checked in passing";
  return ok(NAME, `${size}, ${checked}`);
}

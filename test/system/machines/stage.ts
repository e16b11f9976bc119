import { ServiceStack } from "../../../src/shared/service-stack.ts";
import { dropDatabase, type MachineDatabase, startDatabase } from "./database.ts";
import { startEngine } from "./engine.ts";
import { writeProjects } from "./projects.ts";
import { type MachineName, startWorld, type World } from "./world.ts";

const USED: readonly MachineName[] = ["box", "controller", "second", "proxy", "ns"];

/** What is made once for all that runs on machines. */
export interface Stage extends AsyncDisposable {
  readonly world: World;
  readonly database: MachineDatabase;
  /** The lines that were run, and did what they should. */
  readonly ran: Set<string>;
  /** Forgets what Hangar kept on the machines, so that all of them start anew. */
  clear(): Promise<void>;
}

/** The machines, with an Engine on the box, and the apps of the documents in its home. */
export async function openStage(): Promise<Stage> {
  const stack = new ServiceStack();
  try {
    const world = stack.use(await startWorld());
    stack.use(await startEngine(world.at("box")));
    await writeProjects(world.at("box"), "README.md", "docs/quick-start.md");
    const db = world.at("db");
    const database = stack.use(await startDatabase(db));
    const clear = async () => {
      await dropDatabase(db, database);
      await db.ask("rm -f admin.key drone.key proxy.key hangar.dump", { cwd: world.folder });
      for (const name of USED)
        await world.at(name).ask("rm -rf ~/.hangar ~/.config/hangar ~/exported /var/lib/hangar");
    };
    return {
      world,
      database,
      ran: new Set<string>(),
      clear,
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

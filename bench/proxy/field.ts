import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { checkForwarding } from "./check.ts";
import type { Contender, RunningProxy, Scene } from "./contender.ts";
import { reasonOf } from "./reason.ts";

/** One that runs and forwards as it must. */
export interface Entry {
  contender: Contender;
  version: string;
  proxy: RunningProxy;
  startFresh(): Promise<RunningProxy>;
}

export interface Field extends AsyncDisposable {
  readonly entries: readonly Entry[];
  readonly absent: readonly Absence[];
}

export interface Absence {
  contender: Contender;
  why: string;
}

/** Starts all that can take part and checks that they forward; says of the others why they cannot. */
export async function openField(
  contenders: readonly Contender[],
  scene: Scene,
  { signal, progress }: { signal: AbortSignal; progress(line: string): void },
): Promise<Field> {
  const entries: Entry[] = [];
  const absent: Absence[] = [];
  const end = async () => {
    for (const { proxy } of entries.toReversed()) await proxy[Symbol.asyncDispose]();
  };
  try {
    for (const contender of contenders) {
      progress(`starting and checking ${contender.title}`);
      try {
        entries.push(await enter(contender, scene));
      } catch (error) {
        signal.throwIfAborted();
        absent.push({ contender, why: reasonOf(error) });
      }
      signal.throwIfAborted();
    }
  } catch (error) {
    await end();
    throw error;
  }
  return { entries, absent, [Symbol.asyncDispose]: end };
}

async function enter(contender: Contender, scene: Scene): Promise<Entry> {
  const version = await contender.prepare();
  const startFresh = async () => {
    const dir = await mkdtemp(join(scene.dir, `${contender.name}-`));
    return await contender.start({ ...scene, dir });
  };
  const proxy = await startFresh();
  try {
    await checkForwarding(proxy.port, { isProxy: proxy.pid !== undefined });
  } catch (error) {
    await proxy[Symbol.asyncDispose]();
    throw error;
  }
  return { contender, version, proxy, startFresh };
}

import { waitFor } from "../../harness/wait-for.ts";
import type { World } from "./world.ts";

const PATIENCE_MS = 30_000;

interface Connected {
  backend_id: string;
  url: string;
}

/** Of what `hangar/echo` answers. */
interface Echo {
  headers: Record<string, string>;
  env: Record<string, string>;
}

/** An app server beside a controller, and browsers on another machine. */
export function visitorsOf(world: World, api: string) {
  const hangar = async (words: string) =>
    JSON.parse(await world.at("controller").ask(`hangar ${words} --url ${api} --json`));
  const visitor = world.at("second");
  return {
    hangar,
    /** The key's backend, once it is ready. */
    connect: async (key: string): Promise<Connected> =>
      await hangar(`connect --key ${key} --image hangar/echo --max-idle 10m --wait`),
    /** What the page of a URL says; it may have to wait for a proxy. */
    visit: async (url: string): Promise<Echo> =>
      await waitFor(
        `an answer of ${url}`,
        async () => {
          const { code, stdout } = await visitor.run(`curl --fail --silent --max-time 10 '${url}'`);
          return code === 0 ? (JSON.parse(stdout) as Echo) : undefined;
        },
        PATIENCE_MS,
      ),
    /** Once no backend lives. */
    endAll: async () =>
      void (await world.at("controller").ask(`hangar terminate --all --hard --wait --url ${api}`)),
  };
}

import { expect, test } from "vitest";
import { startPostgres } from "../../scripts/postgres.ts";
import { ScriptedPeer } from "../harness/scripted-peer.ts";
import { waitFor } from "../harness/wait-for.ts";
import { aController, CLUSTER } from "./a-controller.ts";

test("a proxy that could not be attached keeps its name from nobody", async () => {
  await using postgres = await startPostgres();
  await using hangar = await aController({ database: postgres.url() });
  const { url, keys } = hangar.controller;
  const dial = async (identity: string) =>
    await ScriptedPeer.dial({ url, key: keys.proxy }, "proxy", {
      proxy: "px-one",
      cluster: CLUSTER,
      identity,
    });
  // The key is known from now on, so that the socket is let in while the database is away.
  await (await dial("process-one"))[Symbol.asyncDispose]();
  await postgres.kill9();
  await expect(dial("process-two")).rejects.toThrow();
  await postgres.restart();
  const back = await waitFor("a proxy of that name", () =>
    dial("process-three").catch(() => undefined),
  );
  expect(back.heard).toEqual([]);
  await back[Symbol.asyncDispose]();
}, 60_000);

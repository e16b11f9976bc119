import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Service } from "./machine.ts";
import { readmeSessions } from "./readme-sessions.ts";
import { endInOrder, startServing } from "./serving.ts";
import type { ShownLines } from "./shown-lines.ts";
import type { Stage } from "./stage.ts";
import { ELSEWHERE } from "./type-elsewhere.ts";
import { TypedLines } from "./typed-lines.ts";

const SLOW = { timeout: 300_000 };
/** They bring all of Hangar with them, or need none of it. */
const ALONE = /^hangar (up|dev|guard)\b/;
/** It is typed in the project's own folder. */
const IN_PROJECT = /^hangar dev -/;

/** What every `--help`, and the documents, show for the shell of one box, as it stands. */
export function helpSuite(stage: () => Stage, { serving, ended }: ShownLines): void {
  const typed = new TypedLines(stage);

  test.each(serving.filter((line) => ALONE.test(line)))("%s", SLOW, async (line) => {
    const { ran, world } = stage();
    const box = world.at("box");
    // Where a drone is installed, its data dir is there.
    await box.ask("mkdir --parents /var/lib/hangar");
    const cwd = IN_PROJECT.test(line) ? `${box.home}/app` : box.home;
    await endInOrder(await startServing(box, line, { cwd }));
    ran.add(line);
  });

  describe("while Hangar is up", () => {
    let up: Service;
    beforeAll(async () => {
      up = await typed.prepare();
    }, SLOW.timeout);
    afterAll(async () => {
      await typed.endAll();
      await up.stop();
    }, SLOW.timeout);

    readmeSessions(stage);
    test.each(ended.filter((line) => !ELSEWHERE.has(line)))("%s", SLOW, (line) => typed.type(line));
    test.each(serving.filter((line) => / -f\b/.test(line)))("%s", SLOW, (line) =>
      typed.follow(line),
    );
    test("the browser that an example asks for was opened", async () => {
      expect(await typed.opened()).toMatch(/^http:\/\/\w+\.localhost:9090\/hct_/);
    });
  });
}

import { expect, test } from "vitest";
import { readmeSnippet } from "../../harness/readme-snippet.ts";
import type { Stage } from "./stage.ts";

const SLOW = { timeout: 120_000 };
/** In a clone of Hangar `npx hangar` is the command that is in the PATH here. */
const NPX = 'npx() { "$@"; }';

/** What README.md types beside a running `hangar up`. */
export function readmeSessions(stage: () => Stage): void {
  test("README.md's commands do what it says", SLOW, async () => {
    const box = stage().world.at("box");
    const shell = (name: string) => box.ask(`${NPX}\n${readmeSnippet(name)}`);
    const rest = JSON.parse(await shell("rest"));
    expect(rest).toMatchObject({ spawned: true, status: "ready", key: { name: "doc-42" } });
    await box.ask("hangar terminate --all --wait");
    const session = await shell("first-session");
    expect(session).toContain(".localhost:9090/");
    expect(session).toContain('"x-verified-username":"ada"');
    expect(session).toContain("hangar/echo");
    expect(session).toMatch(/ready/);
    const keys = await shell("keys");
    expect(keys).toMatch(/^hak_\w+\nhak_\w+\n/);
    expect(keys).toMatch(/ci +connect, read +ci +50\/s, 100 at once +in 29d +never/);
    expect(keys).toMatch(/api-key\.create/);
    const care = await shell("look-after");
    expect(care).toContain("✔ WebSocket");
    expect(care).toMatch(/◌ draining.*no backends are live/);
    expect(care).toMatch(/● healthy.*no backends are live/);
  });
}

import { once } from "node:events";
import { appendFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "../../../scripts/free-port.ts";
import { startHangar } from "../../cli/run-hangar.ts";
import { tempDir } from "../temp-dir.ts";
import { waitFor } from "../wait-for.ts";
import { judgeAnswers } from "./judge-answers.ts";
import { ToldAnswers } from "./told-answers.ts";

const LIAR = resolve(import.meta.dirname, "liar.cjs");

test("a lie of a controller in a process of its own is noticed, also if it is killed on the spot", async () => {
  await using dir = await tempDir();
  using told = new ToldAnswers();
  const port = await freePort();
  const { env } = told;
  const hangar = startHangar(["controller", "--port", String(port), "--data-dir", dir.path], {
    ...env,
    NODE_OPTIONS: `${env.NODE_OPTIONS} --require=${LIAR}`,
  });
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
  await waitFor("the controller", () => ask("/ready"), 60_000);
  await ask("/health");
  hangar.kill("SIGKILL");
  await once(hangar, "exit");
  const answers = told.next();
  expect(answers.map(({ url, status }) => `${url} ${status}`)).toEqual([
    "/ready 200",
    "/health 200",
  ]);
  expect(await judgeAnswers([], answers)).toEqual([
    expect.stringMatching(/^GET \/health 200 application\/json: /),
  ]);
}, 90_000);

test("each answer is told once, and one that was not written to its end is none", async () => {
  using told = new ToldAnswers();
  expect(told.next()).toEqual([]);
  const line = JSON.stringify({ method: "GET", url: "/ä", status: 200, type: "", text: "ö" });
  await appendFile(told.file, `${line}\n${line.slice(0, -1)}`);
  expect(told.next()).toEqual([JSON.parse(line)]);
  await appendFile(told.file, "}\n");
  expect(told.next()).toEqual([JSON.parse(line)]);
  expect(told.next()).toEqual([]);
});

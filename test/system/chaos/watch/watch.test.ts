import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../../harness/temp-dir.ts";
import { Recorder } from "../recorder.ts";
import { Secrets } from "./secrets.ts";
import { parseWitness } from "./witnesses.ts";

const FIRST = '{"backend":"a","key":"k","token":3,"boot":"1"}';

test("a witness lived from its first whole line to its last, whatever half a line says", () => {
  expect(parseWitness(`${FIRST}\n10.5\n60.1\nstop 70.2\n110.9\n16`)).toEqual({
    ...{ kind: "witness", backend: "a", key: "k", token: 3, boot: "1" },
    ...{ from: 10.5, to: 110.9, stopped: 70.2 },
  });
});

test.each(["", FIRST, `${FIRST}\n`, `${FIRST}\n10.5`])("%j is no sign of life", (text) => {
  expect(parseWitness(text)).toBeUndefined();
});

test("what was planted and what has a token's form is found, and told of a few times only", async () => {
  await using dir = await tempDir();
  await using recorder = new Recorder(join(dir.path, "history.jsonl"));
  const secrets = new Secrets(recorder, { "an env value": "planted-1" });
  secrets.search("nothing of the kind", "a list");
  secrets.search(`a planted-1, and hct_${"a".repeat(40)}`, "an error");
  for (let n = 0; n < 20; n++) secrets.search("planted-1", "a log");
  secrets.close();
  const told = recorder.history.map((event) => ("secret" in event ? event.secret : event.kind));
  expect(told).toEqual([
    ...["an env value", "a connection token"],
    ...Array(5).fill("an env value"),
    "searched",
  ]);
});

import { expect, test } from "vitest";
import { type AskedSpawn, fillSpawn } from "../../controller/http/fill-spawn.ts";

const asked: AskedSpawn[] = [];
const fill = (body: unknown) =>
  fillSpawn(async (request) => {
    asked.push(request);
    return request.image === "other"
      ? undefined
      : { image: "built", port: 3, env: { A: "1", B: "1" } };
  }, body);

test("what a spawn leaves out is filled in; its image is replaced, its variables win", async () => {
  expect(await fill({ key: { name: "doc" }, user: "ann" })).toEqual({
    ...{ key: { name: "doc" }, user: "ann" },
    spawn: { image: "built", port: 3, env: { A: "1", B: "1" } },
  });
  expect(await fill({ spawn: { image: "app", port: 9, env: { B: "2" } } })).toEqual({
    spawn: { image: "built", port: 9, env: { A: "1", B: "2" } },
  });
  expect(asked).toEqual([
    { key: { namespace: "", name: "doc" }, image: undefined },
    { key: undefined, image: "app" },
  ]);
});

test("what is not ours to fill stays as it is", async () => {
  const other = { spawn: { image: "other" } };
  expect(await fill(other)).toBe(other);
  for (const body of [undefined, null, [], "x", { spawn: [] }, { spawn: "x" }]) {
    expect(await fill(body)).toBe(body);
  }
  expect(await fill({ spawn: { env: "x" } })).toMatchObject({ spawn: { env: "x" } });
});

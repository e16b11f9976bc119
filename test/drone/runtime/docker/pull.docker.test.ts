import { afterAll, beforeAll, expect, test } from "vitest";
import type { PullProgress } from "../../../../src/protocol/backend.ts";
import { type DockerBench, openDockerBench } from "../docker-bench.ts";
import { specOn } from "../runtime-bench.ts";
import { openCuttableSocket } from "./cuttable-socket.ts";
import { openTinyRegistry, type TinyRegistry } from "./tiny-registry.ts";

let bench: DockerBench;
let registry: TinyRegistry;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await openDockerBench();
  registry = await openTinyRegistry();
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

async function forget(image: string): Promise<void> {
  await bench.docker.getImage(image).remove();
}

test("a pull tells its progress by bytes, ends at 100, and leaves the image", async () => {
  const { image, credentials } = registry;
  const told: PullProgress[] = [];
  const runtime = bench.open();
  await runtime.pull(specOn(bench, { image, credentials }), (p) => told.push(p), signal);
  expect(told.at(-1)).toEqual({ percent: 100, text: expect.stringMatching(/^8\.\d of 8\.\d MB/) });
  const percents = told.map(({ percent }) => percent);
  expect(percents.length).toBeGreaterThan(2);
  expect(percents).toEqual([...new Set(percents)].sort((a, b) => a - b));
  expect((await runtime.health()).images).toContain(`${image}:latest`);
  await forget(image);
});

test("an image that is here is pulled again only if the policy says always", async () => {
  const { image, credentials, logins } = registry;
  const runtime = bench.open();
  await runtime.pull(specOn(bench, { image, credentials }), () => {}, signal);
  logins.clear();
  await runtime.pull(specOn(bench, { image, credentials }), () => {}, signal);
  expect(logins).toEqual(new Set());
  const always = specOn(bench, { image, credentials, pull_policy: "always" });
  await runtime.pull(always, () => {}, signal);
  expect(logins).toEqual(new Set(["ada:correct-horse"]));
  await forget(image);
});

test("an image that is not here is not pulled if the policy says never", async () => {
  const { image, credentials } = registry;
  const never = specOn(bench, { image, credentials, pull_policy: "never" });
  await expect(bench.open().pull(never, () => {}, signal)).rejects.toMatchObject({
    reason: "pullfailed",
    message: expect.stringMatching(/hangar\/tiny:latest is not here.*"never"/),
  });
});

test("a refused login ends with pullfailed in the Engine's words, and never with the password", async () => {
  const credentials = { username: "ada", password: "wrong-horse" };
  const spec = specOn(bench, { image: registry.image, credentials });
  const error = await bench
    .open()
    .pull(spec, () => {}, signal)
    .catch((thrown) => thrown);
  expect(error).toMatchObject({
    reason: "pullfailed",
    message: expect.stringMatching(/unauth|auth/),
  });
  expect(error.message).not.toContain("wrong-horse");
  expect(error.message).not.toMatch(/HTTP code/);
});

test("a pull that is given up ends at once with the reason of its signal", async () => {
  const { image, credentials } = registry;
  const giveUp = new AbortController();
  const pull = bench
    .open()
    .pull(
      specOn(bench, { image, credentials }),
      () => giveUp.abort(new Error("enough")),
      giveUp.signal,
    );
  await expect(pull).rejects.toThrow("enough");
});

test("credentials go to the Engine with the pull alone, and env values in no address", async () => {
  await using socket = await openCuttableSocket();
  const runtime = bench.open("dr-recorded", { socketPath: socket.path });
  const { image, credentials } = registry;
  await runtime.pull(specOn(bench, { image, credentials }), () => {}, signal);
  const spec = specOn(bench, { credentials, env: { PASSWORD: "s3cret" } });
  await runtime.create(spec);
  await runtime.remove(spec.backend_id);
  await forget(image);
  const withLogin = socket.requests.filter((head) => /x-registry-auth/i.test(head));
  expect(withLogin).toEqual([expect.stringMatching(/^POST \/images\/create\?/)]);
  expect(socket.requests.filter((head) => /^POST \/containers\/create/.test(head))).toHaveLength(1);
  expect(socket.requests.join("")).not.toMatch(/s3cret|correct-horse/);
});

import { expect, test } from "vitest";
import { firstStep } from "../../../dashboard/backends/first-steps.ts";
import type { Drone } from "../../../src/protocol/drone.ts";
import { someDrones } from "../scene.ts";

const origin = "http://127.0.0.1:8080";
const site = { origin, cluster: "localhost:9090" };
const [drone] = someDrones();
if (drone === undefined) throw new Error("no drone");

function withImages(name: "docker" | "process", images: string[]): Drone[] {
  if (drone?.health == null) throw new Error("no health");
  const health = { ...drone.health, images, runtime: { name, ok: true } };
  return [{ ...drone, health }];
}

test("without a drone, the next step is to start one for this controller", () => {
  const step = firstStep({ ...site, drones: [] });
  expect(step).toEqual({
    kind: "start-drone",
    command: `hangar drone --controller ${origin} --cluster localhost:9090 \\\n  --key-file drone.key`,
  });
});

test("with drones that can take nothing, the step is to look at them", () => {
  const drones = [{ ...drone, healthy: false, unhealthy_because: "its Docker is away" }];
  expect(firstStep({ ...site, drones })).toEqual({
    kind: "heal-drone",
    because: "its Docker is away",
  });
});

test("with a healthy drone, it is a connect, to an image that is known to do", () => {
  const step = firstStep({ ...site, drones: withImages("docker", ["postgres", "hangar/echo"]) });
  expect(step).toMatchObject({
    command: "hangar connect --image hangar/echo --key my-first --wait",
  });
  const app = firstStep({ ...site, drones: withImages("process", ["chat"]) });
  expect(app).toMatchObject({ command: expect.stringContaining("--image chat ") });
  const none = firstStep({ ...site, drones: withImages("docker", ["postgres"]) });
  expect(none).toMatchObject({ command: expect.stringContaining("--image IMAGE ") });
});

test("a controller elsewhere is named, and the request is one that a shell takes", () => {
  const drones = withImages("docker", ["hangar/echo"]);
  const step = firstStep({ ...site, origin: "https://hangar.example.com", drones });
  if (step.kind !== "connect") throw new Error(step.kind);
  expect(step.command).toContain(" --url https://hangar.example.com \\\n");
  expect(step.request).toContain(
    `-d '{"key":{"name":"my-first"},"spawn":{"image":"hangar/echo"}}'`,
  );
});

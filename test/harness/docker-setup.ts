import { ensureDockerEngine } from "../../scripts/docker-engine.ts";
import { ensureExampleImages } from "../../scripts/example-images.ts";

/** Before the tests that need a Docker Engine: there is one, and it has the example images. */
export async function setup(): Promise<void> {
  await ensureDockerEngine();
  await ensureExampleImages();
}

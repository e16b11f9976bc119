import type Docker from "dockerode";
import { packRootFilesystem, type RootFilesystem } from "./root-filesystem.ts";

/** Makes `name:latest` of nothing but these files; `changes` are instructions of a Dockerfile. */
export async function importImage(
  docker: Docker,
  name: string,
  files: RootFilesystem,
  changes: readonly string[],
): Promise<void> {
  const { archive, packed } = packRootFilesystem(files);
  const imported = docker.importImage(archive as unknown as NodeJS.ReadableStream, {
    repo: name,
    tag: "latest",
    changes,
  });
  const [progress] = await Promise.all([imported, packed]);
  await finished(docker, progress);
}

/** The Engine tells of failures in the stream of its progress, after a status of 200. */
function finished(docker: Docker, progress: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
}

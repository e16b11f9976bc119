import { defineConfig } from "vitest/config";

const slow = {
  docker: "test/**/*.docker.test.ts",
  postgres: "test/**/*.postgres.test.ts",
  pebble: "test/**/*.pebble.test.ts",
  browser: "test/**/*.browser.test.ts",
  system: "test/system/**/*.test.ts",
};
/** They make machines of their own, with networks of their own, and wait a lot: others may run meanwhile. */
const machines = ["test/system/machines.docker.test.ts", "test/system/chaos/chaos.docker.test.ts"];
const patient = { testTimeout: 60_000, hookTimeout: 120_000 };
const globalSetup = "test/harness/docker-setup.ts";
const postgresSetup = "test/harness/postgres-setup.ts";
// By default Vitest leaves a core to itself; most of these tests wait more than they work.
const workers = { maxWorkers: 2 };
const setupFiles = "test/harness/answers/check-answers.ts";
/** One after another: Chromium drops its requests whenever a container's network comes or goes. */
const turn = (groupOrder: number) => ({ sequence: { groupOrder } });

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...turn(0),
          ...workers,
          setupFiles,
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: Object.values(slow),
          testTimeout: 15_000,
        },
      },
      {
        test: {
          ...turn(1),
          ...workers,
          setupFiles,
          ...patient,
          name: "system",
          include: [slow.system],
          exclude: [slow.docker, slow.postgres, slow.pebble, slow.browser],
        },
      },
      {
        test: {
          ...turn(1),
          ...workers,
          setupFiles,
          ...patient,
          name: "machines",
          include: machines,
          globalSetup,
        },
      },
      {
        test: {
          ...turn(2),
          ...workers,
          setupFiles,
          ...patient,
          name: "postgres",
          include: [slow.postgres],
          globalSetup: postgresSetup,
        },
      },
      {
        test: {
          ...turn(2),
          ...workers,
          setupFiles,
          ...patient,
          name: "pebble",
          include: [slow.pebble],
          globalSetup: "test/harness/pebble-setup.ts",
        },
      },
      {
        test: {
          ...turn(3),
          ...patient,
          setupFiles,
          name: "docker",
          include: [slow.docker],
          exclude: machines,
          globalSetup,
        },
      },
      {
        test: {
          ...turn(4),
          ...patient,
          setupFiles,
          name: "browser",
          include: [slow.browser],
          globalSetup,
        },
      },
    ],
  },
});

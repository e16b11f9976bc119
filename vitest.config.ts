import { defineConfig } from "vitest/config";

const slow = {
  docker: "test/**/*.docker.test.ts",
  browser: "test/**/*.browser.test.ts",
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: Object.values(slow),
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: "docker",
          include: [slow.docker],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          globalSetup: "test/harness/docker-setup.ts",
        },
      },
      {
        test: {
          name: "browser",
          include: [slow.browser],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          globalSetup: "test/harness/docker-setup.ts",
        },
      },
    ],
  },
});

import { defineConfig } from "vitest/config";

const slow = {
  docker: "test/**/*.docker.test.ts",
  browser: "test/**/*.browser.test.ts",
  system: "test/system/**/*.test.ts",
};
const patient = { testTimeout: 60_000, hookTimeout: 120_000 };
const globalSetup = "test/harness/docker-setup.ts";

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
          ...patient,
          name: "system",
          include: [slow.system],
          exclude: [slow.docker, slow.browser],
        },
      },
      { test: { ...patient, name: "docker", include: [slow.docker], globalSetup } },
      { test: { ...patient, name: "browser", include: [slow.browser], globalSetup } },
    ],
  },
});

import { defineConfig } from "vite";

/** The dashboard alone: all else is compiled by tsc. */
export default defineConfig({
  root: "dashboard",
  base: "/dashboard/",
  build: {
    outDir: "../dist/dashboard",
    emptyOutDir: true,
    target: "es2022",
    // A data: URL would be refused by the page's Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});

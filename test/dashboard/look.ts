import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe finds wrong with the page as it is, in one line each. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate<string[]>(`axe.run(document, { resultTypes: ["violations"] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) =>
      id + ": " + node.target.join(" ") + " " + (node.any[0]?.message ?? node.failureSummary))))`);
}

/** Whether something stands outside of the page, to the right: a person would have to scroll sideways. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate("document.documentElement.scrollWidth > innerWidth");
}

import type { Page } from "playwright-core";

const CUT_OFF = "net::ERR_NETWORK_CHANGED";
/** Where Chromium goes instead, which may be what interrupts the next try. */
const ERROR_PAGE = "chrome-error://";
const TRIES = 5;

/**
 * Opens an address. Chromium drops all that it is loading whenever a network interface comes or goes,
 * as with each container that starts beside the test; then the page is loaded again.
 */
export async function loadPage(page: Page, url: string): Promise<void> {
  let isCutOff = false;
  page.on("requestfailed", (request) => {
    isCutOff ||= request.failure()?.errorText === CUT_OFF;
  });
  for (let tries = 0; tries < TRIES; tries++) {
    isCutOff = false;
    await page.goto(url).catch((error) => {
      isCutOff ||= String(error).includes(ERROR_PAGE);
      if (!isCutOff && !String(error).includes(CUT_OFF)) throw error;
    });
    if (!isCutOff) return;
  }
  throw new Error(`${url}: the network kept changing`);
}

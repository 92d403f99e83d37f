/** Ends the Chromium that `browser-start.config.js` has started. */
export default async function end() {
  await globalThis.endConsoleBrowser();
}

/** Ends what `start.config.js` has started. */
export default async function end() {
  await globalThis.endScaleServers?.();
}

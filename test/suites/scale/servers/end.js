/** Ends what `start.js` has started. */
export default async function end() {
  await globalThis.endScaleServers?.();
}

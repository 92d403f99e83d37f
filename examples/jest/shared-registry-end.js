export default async function tearDown() {
  await globalThis.sharedRegistry.close();
}

import { type INestApplication } from '@nestjs/common';

import { OtherAddresses } from '../http/server/other-addresses.js';

/** Listens at the address of the registry, and then at its others. The first address must be that of the registry: workers report it. */
export async function listen(app: INestApplication, port: number, host: string): Promise<void> {
  await app.listen(port, host);
  await app.get(OtherAddresses, { strict: false }).listen();
}

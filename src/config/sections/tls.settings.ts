import { IsNotEmpty, ValidateIf } from 'class-validator';

import { text } from '../kinds.js';
import { Setting } from '../setting.js';

const TOGETHER =
  'REGISTRY_TLS_CERT and REGISTRY_TLS_KEY belong together: set both, or neither and no REGISTRY_TLS_CLIENT_CA';

/** The PEM files of HTTPS; all empty for plain HTTP. */
export class TlsSettings {
  @ValidateIf(({ key, clientCa }: TlsSettings) => key !== '' || clientCa !== '')
  @IsNotEmpty({ message: TOGETHER })
  @Setting(
    'REGISTRY_TLS_CERT',
    '',
    text('a PEM file'),
    'The certificate, followed by the intermediate certificates. Empty: plain HTTP. Read again when it changes.',
  )
  readonly certificate!: string;

  @ValidateIf(({ certificate }: TlsSettings) => certificate !== '')
  @IsNotEmpty({ message: TOGETHER })
  @Setting('REGISTRY_TLS_KEY', '', text('a PEM file'), 'The key of the certificate.')
  readonly key!: string;

  @Setting(
    'REGISTRY_TLS_CLIENT_CA',
    '',
    text('a PEM file'),
    'The CA of client certificates; clients must present a certificate that it signed. Empty: none required.',
  )
  readonly clientCa!: string;
}

import {
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';

import { Accounts } from '../identity/accounts.js';
import { Authenticator } from './authenticator.js';
import { Access } from './access.js';
import { RequirementCheck } from './requirement-check.js';
import { TokenController } from './token.controller.js';
import { TokenIssuer } from '../tokens/token-issuer.js';

/** Stops watching the files of users and rules when the application ends. */
@Injectable()
class AccessCloser implements OnApplicationShutdown {
  constructor(private readonly access: Access) {}

  onApplicationShutdown(): void {
    this.access.close();
  }
}

/** Provides the authenticator for the guard, and the endpoint that issues tokens. */
@Module({})
export class AuthModule {
  static with(access: Access): DynamicModule {
    const { authenticator, issuing } = access;
    const issuers: Provider[] =
      issuing === undefined
        ? []
        : [
            { provide: Accounts, useValue: issuing.accounts },
            { provide: TokenIssuer, useValue: issuing.issuer },
          ];
    return {
      module: AuthModule,
      global: true,
      imports: [DiscoveryModule],
      controllers: issuing === undefined ? [] : [TokenController],
      providers: [
        { provide: Access, useValue: access },
        { provide: Authenticator, useValue: authenticator },
        ...issuers,
        RequirementCheck,
        AccessCloser,
      ],
      exports: [Access, Authenticator],
    };
  }
}

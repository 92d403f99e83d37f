import { Module } from '@nestjs/common';

import { allSettingsProvider } from './all-settings.js';
import { OwnDoctor } from './own-doctor.js';
import { RegistryController } from './registry.controller.js';

@Module({ controllers: [RegistryController], providers: [OwnDoctor, allSettingsProvider] })
export class RegistryApiModule {}

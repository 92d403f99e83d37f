import { Module } from '@nestjs/common';
import { RegistryModule } from 'berth-registry';

@Module({
  imports: [
    RegistryModule.forRoot({
      storage: { driver: 'filesystem', path: './images' },
      access: { usersFile: './users.htpasswd', accessFile: './access.yaml' },
      settings: { REGISTRY_MAX_UPLOAD_BYTES: '2GiB' },
    }),
  ],
})
export class SmallestModule {}

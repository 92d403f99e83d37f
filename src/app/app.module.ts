import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';

import { AllowedMethods } from './allowed-methods.js';
import { AuditModule } from '../observe/audit/audit.module.js';
import { AuthGuard } from '../access/guard/auth.guard.js';
import { AuthModule } from '../access/guard/auth.module.js';
import { type Access } from '../access/guard/access.js';
import { BlobsModule } from '../oci/blobs/blobs.module.js';
import { BaseModule } from '../oci/base/base.module.js';
import { CatalogModule } from '../oci/catalog/catalog.module.js';
import { RegistryConfigModule } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { NO_MIRRORS, type MirrorControl } from '../domain/mirror-control.js';
import { type CollectionObserver } from '../domain/collection-report.js';
import { GcModule } from '../upkeep/gc/gc.module.js';
import { type CurrentEventsPlan } from '../events/events-plan.js';
import { EventsPlanModule } from '../events/events-plan.module.js';
import { WebhooksModule } from '../events/webhooks/webhooks.module.js';
import { EventsApiModule } from '../api/events/events-api.module.js';
import { EventRecorder } from '../observe/events/event-recorder.js';
import { EventsModule } from '../observe/events/events.module.js';
import { LiveModule } from '../observe/live/live.module.js';
import { HealthModule } from '../observe/health/health.module.js';
import { InspectionModule } from '../api/inspection.module.js';
import { ManifestsApiModule } from '../api/manifests/manifests-api.module.js';
import { RepositoriesApiModule } from '../api/repositories/repositories-api.module.js';
import { MirrorsApiModule } from '../api/mirrors/mirrors-api.module.js';
import { StorageApiModule } from '../api/storage/storage-api.module.js';
import { TagsApiModule } from '../api/tags/tags-api.module.js';
import { DescriptionModule } from '../api/description/description.module.js';
import { RegistryApiModule } from '../api/registry/registry-api.module.js';
import { AccessApiModule } from '../api/access/access-api.module.js';
import { RobotsApiModule } from '../api/robots/robots-api.module.js';
import { SessionApiModule } from '../api/session/session-api.module.js';
import { UploadsApiModule } from '../api/uploads/uploads-api.module.js';
import { ReadOnlyGuard } from '../upkeep/read-only/read-only.guard.js';
import { RegistryExceptionFilter } from '../http/oci/exception.filter.js';
import { type Log } from '../log/log.js';
import { LogModule } from '../log/log.module.js';
import { type MirrorNaming } from '../mirror/names/mirror-names.js';
import { NO_OTHER_ADDRESSES, OtherAddresses } from '../http/server/other-addresses.js';
import { ManifestsModule } from '../oci/manifests/manifests.module.js';
import { type Metrics } from '../observe/metrics/metrics.js';
import { type MirroredPorts } from '../mirror/mirrored-ports.js';
import { pullingThrough } from './pulled-content.js';
import { type PublishRule } from '../oci/manifests/publish-rule.js';
import { RequestLogModule } from '../observe/requests/request-log.module.js';
import { type Storage } from '../storage/ports/storage.js';
import { StorageModule } from '../storage/storage.module.js';
import { TagsModule } from '../oci/tags/tags.module.js';
import { UsageModule } from '../observe/usage/usage.module.js';
import { UploadsModule } from '../oci/uploads/uploads.module.js';

/** The parts that the application is built from. */
export interface AppParts {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly access: Access;
  readonly events: CurrentEventsPlan;
  readonly rules: readonly PublishRule[];
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
  /** The ports by which clients read, if other registries are mirrored. */
  readonly mirrored?: MirroredPorts | undefined;
  /** What administrators see of the mirrors, and do with them. */
  readonly mirrors?: MirrorControl | undefined;
  /** See each collection, besides the events and the metrics. */
  readonly collections?: readonly CollectionObserver[];
  /** Features that are loaded only if the settings want them. */
  readonly optional?: readonly DynamicModule[];
  /** What decides which repository a request means; without mirrors, its name alone. */
  readonly naming?: MirrorNaming | undefined;
}

/** The composition root: the features, the storage below them and the access control. */
@Module({})
export class AppModule {
  static for({
    settings,
    storage,
    access,
    events,
    rules,
    log,
    metrics,
    mirrored,
    mirrors = NO_MIRRORS,
    collections = [],
    optional = [],
    naming,
  }: AppParts): DynamicModule {
    const pulling = pullingThrough(mirrored, storage);
    const recorder = new EventRecorder(storage.outbox);
    const metered = metrics === undefined ? [] : [metrics.collections];
    return {
      module: AppModule,
      imports: [
        RegistryConfigModule.with(settings),
        LogModule.with(log),
        StorageModule.over(storage),
        AuthModule.with(access),
        AuditModule,
        RequestLogModule,
        UsageModule,
        LiveModule,
        // The router compares a path with one pattern after the other: the most frequent ones come first.
        pulling(ManifestsModule.under(rules)),
        pulling(BlobsModule),
        UploadsModule,
        pulling(TagsModule),
        BaseModule,
        CatalogModule,
        HealthModule,
        DescriptionModule,
        RegistryApiModule,
        AccessApiModule,
        RobotsApiModule,
        SessionApiModule,
        UploadsApiModule,
        EventsPlanModule.with(events),
        EventsModule.with(recorder),
        WebhooksModule.reportingTo(metrics === undefined ? [] : [metrics.deliveries]),
        EventsApiModule,
        GcModule.reportingTo([recorder, ...metered, ...collections]),
        InspectionModule,
        StorageApiModule,
        MirrorsApiModule.over(mirrors),
        TagsApiModule,
        ManifestsApiModule,
        RepositoriesApiModule.over(mirrors),
        ...optional,
        ...(naming === undefined ? [] : [naming.module]),
      ],
      providers: [
        AllowedMethods,
        naming?.addresses ?? { provide: OtherAddresses, useValue: NO_OTHER_ADDRESSES },
        ...(naming === undefined ? [] : [{ provide: APP_GUARD, useValue: naming.guard }]),
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_GUARD, useClass: ReadOnlyGuard },
        { provide: APP_FILTER, useClass: RegistryExceptionFilter },
      ],
    };
  }
}

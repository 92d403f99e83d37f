import { type Access } from '../access/guard/access.js';
import { type RequestObserver } from '../http/oci/finished-request.js';
import { type MirrorOptions } from '../mirror/plan/mirror-options.js';
import { type Metrics } from '../observe/metrics/metrics.js';
import { type Traces } from '../observe/traces/traces.js';
import { type PublishRule } from '../oci/manifests/publish-rule.js';

/** The optional parts of a registry, besides settings and storage. */
export interface RegistryParts {
  /** Access control that replaces the one from the settings. It is closed with the application. */
  readonly access?: Access;
  /** Extra rules that a valid manifest must pass before it is published; by default, no rules. */
  readonly rules?: readonly PublishRule[];
  /** What sees each request, in this order; by default, no observers. */
  readonly observers?: readonly RequestObserver[];
  /** Counts requests and collections; by default, nothing is counted. */
  readonly metrics?: Metrics;
  /** What records the duration of requests and of operations on the storage; by default, nothing. */
  readonly traces?: Traces;
  /** Mirrors of other registries, instead of those in the file of the settings. */
  readonly mirrors?: readonly MirrorOptions[];
  /** Whether no mirror asks another registry, whatever its entry says. */
  readonly offline?: boolean;
  /** The path prefix of `/v2`, such as `/registry`. Empty means the root, the only place where image clients look. */
  readonly path?: string;
  /** The folder of the built console; by default, that of this package. */
  readonly consoleFiles?: string;
  /** How often certificates, users and rules are read again, in milliseconds; 1,000 by default. */
  readonly watchEveryMs?: number;
  /** Whether a host program receives the requests. Then it decides which names it serves, unless the settings list some. */
  readonly embedded?: true;
  /** Whether the process runs nothing but this registry, so that V8's garbage collection may be tuned for the whole process. */
  readonly ownsProcess?: true;
}

import { oneOf, text } from '../kinds.js';
import { origin } from '../network-kinds.js';
import { Setting } from '../setting.js';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFormat = 'text' | 'json';

/** What is logged, and where. */
export class LogSettings {
  @Setting(
    'REGISTRY_LOG_LEVEL',
    'info',
    oneOf<LogLevel>('error', 'warn', 'info', 'debug'),
    'What is logged: error, warn, info (one line for each push, pull, delete and refusal), or debug (each request).',
  )
  readonly level!: LogLevel;

  @Setting(
    'REGISTRY_LOG_FORMAT',
    'text',
    oneOf<LogFormat>('text', 'json'),
    'How the log is written: text for people, or json, one object in each line.',
  )
  readonly format!: LogFormat;

  @Setting(
    'REGISTRY_AUDIT_LOG',
    '',
    text('a file, or stdout'),
    'A file, or stdout, for a line of JSON about each change, login, issued token and refused request. Empty: none.',
  )
  readonly auditLog!: string;

  @Setting(
    'REGISTRY_AUDIT_PULLS',
    'off',
    oneOf<'off' | 'on'>('off', 'on'),
    'Whether the audit log has a line for each pulled manifest and blob, too.',
  )
  readonly auditPulls!: 'off' | 'on';

  @Setting(
    'REGISTRY_OTLP_ENDPOINT',
    '',
    origin,
    'Where traces are sent: the origin of a receiver of OTLP over HTTP, such as http://localhost:4318. Empty: nowhere.',
  )
  readonly otlpEndpoint!: string;
}

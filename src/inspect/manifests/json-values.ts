import { isJsonObject, type JsonObject } from '../../domain/descriptor.js';

/** Parses JSON that a client has pushed. Returns `undefined` unless it is an object. */
export function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isJsonObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

export function textAt(json: JsonObject, key: string): string | undefined {
  const value = json[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function textsAt(json: JsonObject, key: string): string[] {
  return listAt(json, key).filter((value) => typeof value === 'string');
}

export function listAt(json: JsonObject, key: string): unknown[] {
  const value = json[key];
  return Array.isArray(value) ? value : [];
}

export function objectAt(json: JsonObject, key: string): JsonObject {
  const value = json[key];
  return isJsonObject(value) ? value : {};
}

import { isJsonObject, type JsonObject } from '../../domain/descriptor.js';

/** Returns a field's text, or `undefined` if it has none or an empty one. */
export function textAt(json: JsonObject, key: string): string | undefined {
  const value = json[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns the texts in a field's list, and nothing else that is in it. */
export function textsAt(json: JsonObject, key: string): string[] {
  return listAt(json, key).filter((value) => typeof value === 'string');
}

/** Returns a field's list, or an empty one if it has none. */
export function listAt(json: JsonObject, key: string): unknown[] {
  const value = json[key];
  return Array.isArray(value) ? value : [];
}

/** Returns a field's object, or an empty one if it has none. */
export function objectAt(json: JsonObject, key: string): JsonObject {
  const value = json[key];
  return isJsonObject(value) ? value : {};
}

/** Characters that JSON leaves unescaped, but that break lines in some readers or control terminals. */
const UNSAFE_CHARACTERS = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Returns a record as one line of JSON, with its time. */
export function auditLine(record: object): string {
  const json = JSON.stringify({ time: new Date().toISOString(), ...record });
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${json.replace(UNSAFE_CHARACTERS, escaped)}\n`;
}

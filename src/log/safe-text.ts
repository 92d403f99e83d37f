/** Characters that JSON leaves unescaped, but that break lines in some readers or control terminals. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** The same, with the control characters that JSON escapes by itself. */
const UNSAFE_IN_TEXT = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Escapes what JSON leaves in a line although it breaks lines or controls terminals. The line stays the same JSON. */
export function safeJson(line: string): string {
  return line.replace(UNSAFE_IN_JSON, escaped);
}

/** Escapes line breaks and control characters, so that a text of a client stays within its line. */
export function safeText(text: string): string {
  return text.replace(UNSAFE_IN_TEXT, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

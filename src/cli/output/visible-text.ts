/** Characters that control a terminal, reorder text or are invisible. */
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** The same, where a text may have lines. JSON is indented by lines. */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu;

/** Returns a text from a server with a question mark for each character that could control the terminal. */
export function visibleText(text: string): string {
  return text.replaceAll(UNSAFE, '?');
}

/** Returns a value as JSON in which no character can control a terminal. It parses to the same value. */
export function visibleJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replaceAll(UNSAFE_IN_JSON, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/**
 * Characters that change how the text around them is shown, or show nothing: controls besides tabs and line ends, and those that turn
 * the direction of writing.
 */
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Returns text of strangers with its hidden characters written out, such as `\u202e`. So nothing looks like another thing. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Returns the parts of a list that is typed with commas between them. */
export function commaList(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Content of a class without its prototype, which a spread would lose. */
export type Plain<T> = { readonly [Key in keyof T]: T[Key] };

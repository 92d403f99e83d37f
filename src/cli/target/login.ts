/** How a client logs in: by a password, by a token, by an identity token that the token endpoint takes, or not at all. */
export type Login =
  | { readonly name: string; readonly password: string }
  | { readonly token: string }
  | { readonly identityToken: string }
  | undefined;

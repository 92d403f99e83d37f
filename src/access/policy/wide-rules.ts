import { type AccessRules } from './access-file.js';

/**
 * Returns a warning for each rule for every logged-in user, because they include everybody to whom an issuer gives a token.
 *
 * @param issuer the URL of the external issuer; a public one gives tokens to strangers
 */
export function warningsAboutIssuer({ path, rules }: AccessRules, issuer: string): string[] {
  return rules
    .filter(({ who }) => who.includes('authenticated'))
    .map(
      ({ line, can }) =>
        `the rule at line ${line} of ${path} lets authenticated ${can.join(', ')}: that is everybody who has a token of ${issuer}. ` +
        'Set REGISTRY_OIDC_REQUIRE, or list groups and users instead',
    );
}

const TEXTS: Readonly<Record<string, string>> = {
  sbom: 'SBOM',
  'helm-chart': 'Helm chart',
  'build-cache': 'build cache',
};

/** Returns what a manifest is for, in the words of people. */
export function purposeText(purpose: string): string {
  return TEXTS[purpose] ?? purpose;
}

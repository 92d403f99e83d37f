import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  // The examples have packages of their own, which only their runner installs: it checks their types.
  {
    ignores: [
      'dist/',
      'coverage/',
      'data/',
      '.tools/',
      'examples/',
      '**/*.config.js',
      'console/src/app/head.js',
    ],
  },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allow: [{ name: 'Digest', from: 'file' }] },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // NestFactory takes its options as a literal of what it declares as a class.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // A port's method is async whether or not an adapter waits: it must never throw before it returns.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    files: ['test/e2e/**/*.ts'],
    // supertest gives a JSON body as any; what is in it is what these tests assert.
    rules: { '@typescript-eslint/no-unsafe-member-access': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/config reads the environment.' },
      ],
    },
  },
  { files: ['console/**/*.{ts,tsx}'], ...hooks.configs.flat['recommended-latest'] },
);

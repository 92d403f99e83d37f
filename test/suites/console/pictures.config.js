import suite from './jest.config.js';

/** Takes the pictures of the documentation: `npm run console:pictures`. They are no test, so no other run takes them. */
export default { ...suite, testMatch: ['<rootDir>/pictures.ts'] };

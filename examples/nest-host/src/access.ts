import { type HostAccess } from 'berth-registry';

import { type People, type Person } from './people.js';

/** Each team may change its own repositories, and every known person may pull. */
export function accessOf(people: People): HostAccess<Person> {
  return {
    authenticate: ({ headers }) => people.byAuthorization(headers.authorization),
    decide: (person, repository, action) =>
      person !== undefined && (action === 'pull' || repository.startsWith(`${person.team}/`)),
  };
}

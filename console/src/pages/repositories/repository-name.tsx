import { type JSX } from 'react';

import { Mark } from '../../parts/mark.js';
import { RepositoryLink } from '../../parts/repository-link.js';
import classes from './repositories.module.css';

interface RepositoryNameProps {
  readonly name: string;
  /** The mirror that the repository belongs to. */
  readonly mirror: string | undefined;
}

/** Leads to a repository, and says whether its content comes from another registry. */
export function RepositoryName({ name, mirror }: RepositoryNameProps): JSX.Element {
  if (mirror === undefined) return <RepositoryLink name={name} />;
  return (
    <span className={classes.name}>
      <RepositoryLink name={name} /> <Mark title={`Its content comes from ${mirror}`}>mirror</Mark>
    </span>
  );
}

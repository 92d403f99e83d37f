import { Controller, Get, Query } from '@nestjs/common';

import { Access } from '../../access/guard/access.js';
import { type People } from '../../access/guard/people.js';
import { Requires } from '../../access/guard/requires.js';
import { type Rights } from '../../access/guard/rights.js';
import { RightsOfCaller } from '../../access/guard/rights-of.js';
import { type AccessRules } from '../../access/policy/access-file.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { JsonApi } from '../../http/api/json-api.js';
import { RepositoryIndex } from '../../inspect/repositories/repository-index.js';
import {
  MatrixDto,
  MatrixQuery,
  OwnRightsDto,
  RulesDto,
  type GroupDto,
  type MatrixRowDto,
} from './access-api.dto.js';

/** More columns than that are no table that a person reads. */
const MAX_PEOPLE = 8;

/** Who may do what, and by which rule. */
@Controller('api/v1/access')
@JsonApi()
export class AccessApiController {
  constructor(
    private readonly access: Access,
    private readonly index: RepositoryIndex,
  ) {}

  /** Returns all rights of the caller. */
  @Get('own')
  @Requires('api')
  own(@RightsOfCaller() { given }: Rights): OwnRightsDto {
    if (given === undefined) return {};
    return { rights: given.map(({ actions, ...right }) => ({ ...right, actions: [...actions] })) };
  }

  /** Returns the rules of the registry and the states of their files. Needs an administrator. */
  @Get('rules')
  @Requires('api:admin')
  rules(): RulesDto {
    const { description, people } = this.access;
    const rules = people?.rules;
    return {
      description,
      files: people?.files ?? [],
      admins: [...(rules?.admins ?? [])],
      groups: rules === undefined ? [] : groupsOf(rules),
      rules: (rules?.rules ?? []).map(({ line, repositories, who, can }) => {
        return {
          line,
          repositories: repositories.map(({ text }) => text),
          who: [...who],
          can: [...can],
        };
      }),
    };
  }

  /** Returns what people may do in repositories, and by which rules. Needs an administrator. */
  @Get('matrix')
  @Requires('api:admin')
  async matrix(@Query() { limit, cursor, q, person = '' }: MatrixQuery): Promise<MatrixDto> {
    const { people } = this.access;
    if (people === undefined) return { people: [], morePeople: 0, repositories: [] };
    const all = people.names.filter((name) => name.includes(person));
    const names = all.slice(0, MAX_PEOPLE);
    const { items, next } = await this.index.page({
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(q !== undefined && { search: q }),
    });
    return {
      people: names.map((name) => ({ name, admin: people.isAdmin(name) })),
      morePeople: all.length - names.length,
      repositories: items.map(({ name }) => rowOf(people, names, name)),
      ...(next !== undefined && { next }),
    };
  }
}

function groupsOf({ groups }: AccessRules): GroupDto[] {
  return [...groups].map(([name, members]) => {
    return members === 'external' ? { name } : { name, members: [...members] };
  });
}

function rowOf(people: People, names: readonly string[], repository: RepositoryName): MatrixRowDto {
  const rights = names.map((name) => {
    const { actions, because } = people.rightsOf(name, repository);
    return { actions: [...actions], because: [...because] };
  });
  return { repository, rights };
}

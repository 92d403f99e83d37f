import { Injectable, Module } from '@nestjs/common';

export interface Person {
  readonly name: string;
  readonly team: string;
}

/** The known people by their login. A real application asks its database. */
@Injectable()
export class People {
  private readonly byLogin = new Map<string, Person>([
    ['ann:secret', { name: 'ann', team: 'blue' }],
    ['bob:secret', { name: 'bob', team: 'red' }],
  ]);

  async byAuthorization(header = ''): Promise<Person | undefined> {
    const [scheme, value = ''] = header.split(' ');
    if (scheme?.toLowerCase() !== 'basic') return undefined;
    return this.byLogin.get(Buffer.from(value, 'base64').toString());
  }
}

@Module({ providers: [People], exports: [People] })
export class PeopleModule {}

import { IsString, MaxLength } from 'class-validator';

/** The login that opens a session. */
export class NewSessionDto {
  /** The name of a user. Any name goes with a token. */
  @IsString()
  @MaxLength(256)
  readonly name!: string;

  /** The password of the user, or a token of a robot or of the configured issuer. */
  @IsString()
  @MaxLength(32_768)
  readonly password!: string;
}

/** The login of a request, as a page asks for it before anything else. */
export class LoginStateDto {
  /** Whether the registry has logins. Without them nobody can open a session. */
  readonly logins!: boolean;
  /** Whether the caller may use the API. If not, only a login helps. */
  readonly allowed!: boolean;
  /** The login. Absent without one. */
  readonly name?: string;
  /** When the session of the request ends. Absent for a request with another login or none. */
  readonly until?: string;
}

/** A session, which the browser keeps in a cookie. */
export class SessionDto {
  /** The login. */
  readonly name?: string;
  /** When the session ends, unless a logout ends it before. */
  readonly until!: string;
}

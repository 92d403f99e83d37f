/** A file that decides who may do what. */
export class AccessFileDto {
  readonly holds!: 'users' | 'rules';
  readonly path!: string;
  /** Why the present content of the file is not in use. Absent if it is in use. */
  readonly problem?: string;
}

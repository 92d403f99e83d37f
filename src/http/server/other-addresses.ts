/** The addresses at which the registry listens besides its own. */
export abstract class OtherAddresses {
  /** Listens at all of them. @throws InvalidFile that names the address which cannot be used */
  abstract listen(): Promise<void>;
}

/** Listens at no other address. */
export const NO_OTHER_ADDRESSES: OtherAddresses = { listen: () => Promise.resolve() };

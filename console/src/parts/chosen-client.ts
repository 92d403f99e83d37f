import { useLocalStorage } from '@mantine/hooks';

/** Returns the image client that the person uses, and a function that changes it for all pages. */
export function useChosenClient(): readonly [string, (client: string) => void] {
  const [client, setClient] = useLocalStorage({
    key: 'berth-client',
    defaultValue: 'docker',
    getInitialValueInEffect: false,
  });
  return [client, setClient];
}

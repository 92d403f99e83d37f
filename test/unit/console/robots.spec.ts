import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { FIRST_GRANT, problemOfRobot } from '../../../console/src/pages/access/new-grants.js';
import { robotLogin, secretName } from '../../../console/src/pages/access/robot-login.js';

const ADDRESS = { host: 'registry.example.com:5000', isPlain: false, isLocal: false };

describe('the login of a robot', () => {
  it('is a line for docker that keeps the token out of the list of processes', () => {
    expect(robotLogin(ADDRESS, 'ci', 'berth_1_x').docker).toBe(
      "echo 'berth_1_x' | docker login registry.example.com:5000 --username robot --password-stdin",
    );
  });

  it('is a secret that Kubernetes can parse', () => {
    const secret = parse(robotLogin(ADDRESS, 'CI: team', 'berth_1_x').kubernetes) as {
      metadata: object;
      type: string;
      stringData: Record<string, string>;
    };

    expect(secret).toMatchObject({
      metadata: { name: 'berth-ci-team' },
      type: 'kubernetes.io/dockerconfigjson',
    });
    expect(JSON.parse(secret.stringData['.dockerconfigjson'] ?? '')).toEqual({
      auths: {
        'registry.example.com:5000': {
          username: 'robot',
          password: 'berth_1_x',
          auth: Buffer.from('robot:berth_1_x').toString('base64'),
        },
      },
    });
  });

  it.each([
    ['ci', 'berth-ci'],
    ['  <script>  ', 'berth-script'],
    ['日本', 'berth-robot'],
    ['x'.repeat(49) + '-y', `berth-${'x'.repeat(49)}`],
  ])('has a name that Kubernetes allows: %s', (name, allowed) => {
    expect(secretName(name)).toBe(allowed);
  });
});

describe('a new robot', () => {
  const grant = { repositories: 'team/**', actions: ['pull'] as const };

  it.each([
    ['', [grant], 'Give the robot a name'],
    ['ci', [FIRST_GRANT], 'Name the repositories'],
    ['ci', [grant, { ...grant, actions: [] }], 'at least one right'],
  ])('called %j with %j is refused', (name, grants, problem) => {
    expect(problemOfRobot(name, grants)).toContain(problem);
  });

  it('with a name and a right is not refused', () => {
    expect(problemOfRobot('ci', [grant])).toBeUndefined();
  });
});

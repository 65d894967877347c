import { liveFixtures, type Fixture } from '../fixtures/fixtures.js';

/** @throws when there is no such sequence */
export function fixtureNamed(name: string): Fixture {
  const fixture = liveFixtures.find((one) => one.name === name);
  if (!fixture) throw new Error(`the sequence ${name} is missing`);
  return fixture;
}

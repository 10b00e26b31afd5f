import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes more than a minute begins first, or one of the workers would be left alone with it. */
const long = ['proofs/kill', 'cli/imports', 'proofs/processes', 'mail/smtp-faults', 'docs/readme'];

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = long.findIndex((name) => moduleId.includes(`/test/${name}.`));
      return found === -1 ? long.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

/** How all tests run, whatever they need. */
export const common = {
  pool: 'forks',
  // Houses stand side by side in one process anyway; what they import is loaded once, not once a file.
  isolate: false,
  // One more than the smallest machine has cores: much of a test's time it waits for a server.
  maxWorkers: 3,
  sequence: { sequencer: LongOnesFirst },
  testTimeout: 120_000,
  hookTimeout: 180_000,
} as const;

export default defineConfig({
  test: {
    ...common,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/harness/global-setup.ts'],
  },
});

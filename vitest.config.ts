import { defineConfig } from 'vitest/config'

// Two projects: `unit` is the habit (pure, no build, seconds); `system` opens sockets, starts processes
// and the built CLI, and runs in `npm run verify`.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts', 'ui/src/**/*.test.ts'],
          exclude: ['src/**/*.system.test.ts'],
          testTimeout: 20_000,
          // Pure tests share one process: starting one for each file takes twice as long as running them.
          isolate: false,
        },
      },
      {
        test: {
          name: 'system',
          globalSetup: ['test/build-dist.test-kit.ts'],
          include: [
            'src/**/*.system.test.ts',
            'test/{loopback,truth,e2e,simulation,faults,browser}/**/*.test.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
    ],
  },
})

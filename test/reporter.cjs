// Mocha's spec output, plus counts and failures in a file, so that the runner can add up its suites; and if the process
// does not end by itself, what it still has open.
'use strict';
const { writeFileSync } = require('node:fs');
const mocha = require('mocha');

/** The runner waits for the end longer than this. */
const END_MS = 15_000;

class CountingReporter extends mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on(mocha.Runner.constants.EVENT_TEST_FAIL, (test, error) => {
      failed.push(`${test.fullTitle()}: ${String(error?.message ?? error)}`);
    });
    runner.once(mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const file = process.env.FORESCROW_REPORT;
      if (file)
        writeFileSync(file, JSON.stringify({ passed: passes, failed: failures + pending, titles: failed }));
      if (pending > 0) process.exitCode = 1;
      setTimeout(() => {
        console.log(`Still open: ${process.getActiveResourcesInfo().join(', ')}`);
      }, END_MS).unref();
    });
  }
}

module.exports = CountingReporter;

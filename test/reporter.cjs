// Mocha's spec output, plus counts and failures in a file, so that the runner can add up its suites.
'use strict';
const { writeFileSync } = require('node:fs');
const mocha = require('mocha');

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
    });
  }
}

module.exports = CountingReporter;

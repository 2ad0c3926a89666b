// Duty: the direction of imports (architecture §8), as a check that fails the build.
// Must not: hold exceptions; a wrong arrow is mended where it starts.
const only = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

module.exports = {
  forbidden: [
    only('no-circles', {}, { circular: true }, 'data flows one way'),
    only(
      'chaincode-stands-alone',
      { path: '^chaincode/' },
      { path: '^(gateway|network|ui|test)/' },
      'the rules know neither the door nor the ground',
    ),
    only(
      'protocol-is-a-leaf',
      { path: '^chaincode/protocol/' },
      { path: '^chaincode/(contracts|domain|state)/' },
      'what others import holds nothing that they must not see',
    ),
    only(
      'domain-is-pure',
      { path: '^chaincode/domain/' },
      { path: '(^chaincode/(contracts|state)/)|node_modules/fabric' },
      'decide() knows neither Fabric nor state',
    ),
    only(
      'one-stub-user',
      { path: '^chaincode/(domain|protocol|contracts/(?!.*contract\\.ts$))' },
      { path: 'node_modules/fabric-(shim|contract-api)' },
      'only state/ and the contract classes meet the stub',
    ),
    only(
      'neighbours-see-the-protocol-only',
      { path: '^(gateway|network)/' },
      { path: '^chaincode/(?!protocol/)' },
      'whoever owns a shape publishes it in protocol/',
    ),
    only(
      'the-door-shows-its-protocol-only',
      { path: '^network/' },
      { path: '^gateway/(?!protocol/)' },
      'the ground starts gateways, it does not link them',
    ),
    only(
      'gateway-knows-no-ground',
      { path: '^gateway/' },
      { path: '^(network|ui|test)/' },
      'same on every ground',
    ),
    only(
      'ledgers-know-no-escrow',
      { path: '^network/(embedded/(engine|wire)|fabric)/' },
      { path: '^(chaincode|gateway)/' },
      'the ledger serves any contract',
    ),
    only(
      'engine-has-no-wire',
      { path: '^network/embedded/engine/' },
      { path: '(^network/embedded/wire/)|node_modules/@grpc' },
      'engine and services apart',
    ),
    only(
      'only-ledger-knows-fabric',
      { path: '^gateway/(?!ledger/)' },
      { path: 'node_modules/(@hyperledger|@grpc|fabric-)' },
      'one folder speaks to the ledger',
    ),
    only(
      'only-http-knows-express',
      { path: '^gateway/(?!http/)' },
      { path: 'node_modules/express' },
      'one door',
    ),
    only(
      'product-needs-no-test',
      { path: '^(chaincode|gateway|network)/' },
      { path: '^test/' },
      'tests look in',
    ),
    only(
      'declared-packages-only',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
      'pin what is used',
    ),
    only(
      'product-uses-no-development-package',
      { path: '^(chaincode|gateway|network)/' },
      { dependencyTypes: ['npm-dev'] },
      'a plain install runs the product',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: true,
  },
};

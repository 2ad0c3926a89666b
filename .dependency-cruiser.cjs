// Duty: the direction of imports (architecture §8), as a check that fails the build.
// Must not: hold exceptions; a wrong arrow is mended where it starts.
const only = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

module.exports = {
  forbidden: [
    only('no-circles', {}, { circular: true }, 'data flows one way'),
    only(
      'chaincode-stands-alone',
      { path: '^chaincode/' },
      { path: '^(gateway|ledger|audit|demo|network|ui|test)/' },
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
      { path: '^(gateway|ledger|audit|demo|network|ui)/' },
      { path: '^chaincode/(?!protocol/)' },
      'whoever owns a shape publishes it in protocol/',
    ),
    only(
      'the-door-shows-its-protocol-and-sdk-only',
      { path: '^(ledger|audit|demo|network|ui)/' },
      { path: '^gateway/(?!(protocol|sdk)/)' },
      'the ground starts gateways, it does not link them',
    ),
    only(
      'gateway-knows-no-ground',
      { path: '^gateway/' },
      { path: '^(ledger|audit|demo|network|ui|test)/' },
      'same on every ground',
    ),
    only(
      'the-embedded-ledger-stands-alone',
      { path: '^ledger/' },
      { path: '^(chaincode|gateway|audit|demo|network|ui|test)/' },
      'an embedded Fabric serves any contract',
    ),
    only(
      'fabric-tools-know-no-escrow',
      { path: '^network/fabric/' },
      { path: '^(chaincode/(?!protocol/own-collections)|gateway|audit|demo)' },
      'real peers and orderers serve any contract',
    ),
    only(
      'formats-know-no-engine',
      { path: '^ledger/fabric/' },
      { path: '(^ledger/(engine|grpc)/)|node_modules/@grpc' },
      "Fabric's formats and rules of validity stand under the engine",
    ),
    only(
      'engine-has-no-services',
      { path: '^ledger/engine/' },
      { path: '(^ledger/grpc/)|node_modules/@grpc' },
      'engine and services apart',
    ),
    only(
      'the-audit-sees-formats-only',
      { path: '^audit/' },
      { path: '^(ledger/(?!fabric/)|demo/|network/)' },
      'it judges blocks, whatever made them',
    ),
    only(
      'the-demo-comes-through-the-doors',
      { path: '^demo/' },
      { path: '^(ledger|audit|network)/' },
      'a client of the gateways and nothing else',
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
      { path: '^(chaincode|gateway|ledger|audit|demo|network)/' },
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
      { path: '^(chaincode|gateway|ledger|audit|demo|network)/' },
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

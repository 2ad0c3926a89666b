// The direction of imports, as a check that fails the build. There are no exceptions; a wrong arrow is mended where it
// starts.
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
      { path: '^chaincode/(contracts|domain|signatures|state)/' },
      'what others import holds nothing that they must not see',
    ),
    only(
      'protocol-runs-in-a-browser',
      { path: '^chaincode/protocol/(?!hash/node\\.ts$)' },
      { dependencyTypes: ['core'] },
      'only the Node.js half of the hash module needs Node.js; #hash chooses it',
    ),
    only(
      'signatures-need-the-protocol-only',
      { path: '^chaincode/signatures/' },
      { path: '^chaincode/(contracts|domain|state)/' },
      'a signature is genuine or not, whatever the rules say',
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
      { path: '^(gateway|ledger|audit(?!/rule-run\\.ts$)|demo|network|ui)/' },
      { path: '^chaincode/(?!(protocol|signatures)/)' },
      'whoever owns a shape publishes it in protocol/',
    ),
    only(
      'the-audit-runs-the-rules-through-one-door',
      { path: '^audit/rule-run\\.ts$' },
      {
        path: '^chaincode/(?!(protocol|contracts/agreement-list\\.ts$|state/(stub-store|transaction)\\.ts$))',
      },
      'it replays a list of commands as a peer runs it, and knows no rule by itself',
    ),
    only(
      'servers-prove-signatures',
      { path: '^(ledger|demo|network|ui|gateway/(sdk|protocol))/' },
      { path: '^chaincode/signatures/' },
      'proving at native speed needs Node.js',
    ),
    only(
      'the-door-shows-its-protocol-and-sdk-only',
      { path: '^(ledger|audit|demo|network|ui)/' },
      { path: '^gateway/(?!(protocol|sdk)/)' },
      'the ground starts gateways, it does not link them',
    ),
    only(
      'the-sdk-stands-on-the-protocols',
      { path: '^gateway/sdk/' },
      { path: '^(?!(gateway/(sdk|protocol)|chaincode/protocol)/)[^/]+/', pathNot: '^node_modules/' },
      'browsers load it: shapes and forms, nothing that serves',
    ),
    only(
      'the-sdk-needs-no-node',
      { path: '^gateway/sdk/' },
      { dependencyTypes: ['core'] },
      'browsers load it',
    ),
    only(
      'the-sdk-needs-no-node-behind-it',
      { path: '^gateway/sdk/' },
      {
        path: '^(crypto|fs|fs/promises|path|os|net|http|timers/promises|child_process|stream)$',
        reachable: true,
      },
      'nor does anything that it loads',
    ),
    only(
      'a-gateway-is-no-client',
      { path: '^gateway/(?!sdk/)' },
      { path: '^gateway/sdk/' },
      'people sign and seal, gateways carry and check',
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
      'only-one-room-knows-fabric',
      { path: '^gateway/(?!ledger/fabric/|main\\.ts$)' },
      { path: '(node_modules/(@hyperledger|@grpc|fabric-))|(^gateway/ledger/fabric/)' },
      'one room speaks to the ledger; the others see its client',
    ),
    only(
      'only-http-knows-express',
      { path: '^gateway/(?!http/)' },
      { path: 'node_modules/express' },
      'one door',
    ),
    only(
      'pages-see-protocols-and-sdk-only',
      { path: '^ui/' },
      { path: '^(ledger|audit|demo|network|test)/' },
      'a page is a client of its gateway',
    ),
    only(
      'pages-take-shapes-as-types',
      { path: '^ui/' },
      { path: '^gateway/protocol/api/(?!endpoints\\.ts$)', dependencyTypesNot: ['type-only'] },
      'schemas stay out of what browsers load; the table of routes is loaded as data',
    ),
    only(
      'pages-run-in-a-browser',
      { path: '^ui/(?!vite\\.config\\.mjs$)' },
      { dependencyTypes: ['core'] },
      'nothing of Node.js',
    ),
    only(
      'components-know-no-page',
      { path: '^ui/components/' },
      { path: '^ui/pages/' },
      'what pages share stands under them',
    ),
    {
      ...only(
        'gateway-rooms-form-no-loop',
        { path: '^gateway/' },
        { path: '^gateway/', circular: true },
        'what two rooms both need stands in a room under them',
      ),
      scope: 'folder',
    },
    only(
      'nouns-know-no-technology',
      { path: '^gateway/(deals|payments|accounts|core-bank|worker)/' },
      { path: '(node_modules/(express|@hyperledger|@grpc))|(^gateway/(http|ledger/fabric)/)' },
      'what is due and done is the same behind every door and on every ledger',
    ),
    only(
      'due-actions-are-pure',
      { path: '^gateway/[a-z-]+/due-actions\\.ts$' },
      { path: '^gateway/(ledger|store|http)/' },
      'what is due follows from the view of a deal and the time alone',
    ),
    only(
      'stores-are-seen-by-their-interfaces',
      { path: '^gateway/(?!organisations/|store/)' },
      { path: '^gateway/store/postgres/' },
      'tables are one way of storing',
    ),
    only(
      'only-the-store-knows-sql',
      { path: '^gateway/(?!store/postgres/)' },
      { path: 'node_modules/(pg|kysely)/' },
      'one room speaks to the database; the others see its interfaces',
    ),
    only(
      'one-composition',
      { path: '^gateway/(?!organisations/|main\\.ts$)' },
      { path: '^gateway/(organisations/|main\\.ts$)' },
      'parts do not know what they are put together to',
    ),
    only(
      'product-needs-no-test',
      { path: '^(chaincode|gateway|ui|ledger|audit|demo|network)/' },
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
      { path: '^(chaincode|gateway|ui|ledger|audit|demo|network)/' },
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
    // As a browser's bundler resolves: what runs there is followed into the half made for it.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'default'] },
  },
};

import tseslint from 'typescript-eslint';

/** What no file of the repository may hold. A later list of `no-restricted-syntax` replaces an earlier one. */
const BANNED = [
  { selector: 'TSEnumDeclaration', message: 'Use a const object and a union (shared style).' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
];

const ABSENT =
  'In our own data null stands for absent; undefined only in what Node.js, gRPC or protobuf hand over.';
const MUTABLE = 'Members are readonly; what is filled step by step is a Draft or a class.';
const UPPER_CASE = 'Top-level constants of plain values are in UPPER_CASE.';
/** `export const x = …` and `const x = …` alike, at the top of a file. */
const TOP_LEVEL =
  ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind=const] > VariableDeclarator';
/** `contracts` is the name under which fabric-shim finds the contracts of a package. */
const LOWER_CASE = `${TOP_LEVEL}[id.name=/^[a-z]/][id.name!=contracts]`;
const PLAIN = '/^(Literal|TemplateLiteral|UnaryExpression|BinaryExpression|ArrayExpression)$/';

/** Types of other packages are qualified (`peer.Response`, `NodeJS.Timeout`); options may be passed on as undefined. */
const OWN_UNION =
  'TSUnionType:not(:has(TSQualifiedName)):not(TSPropertySignature[optional=true] TSUnionType)';

/** One dialect of data: readonly members, … */
const READONLY = [
  { selector: 'TSPropertySignature[readonly=false]', message: MUTABLE },
  { selector: ':not(ClassBody) > TSIndexSignature[readonly=false]', message: MUTABLE },
];
/** … null for absent, constants that look like constants. */
const DIALECT = [
  ...READONLY,
  { selector: `${OWN_UNION} > TSUndefinedKeyword`, message: ABSENT },
  { selector: ':function > TSTypeAnnotation.returnType > TSUnionType > TSUndefinedKeyword', message: ABSENT },
  { selector: `${LOWER_CASE}[init.type=${PLAIN}]`, message: UPPER_CASE },
  {
    selector: `${LOWER_CASE}[init.type=TSAsExpression][init.expression.type=/^(Object|Array)Expression$/]`,
    message: UPPER_CASE,
  },
  { selector: `${LOWER_CASE}[init.callee.name=Uint8Array]`, message: UPPER_CASE },
];
const filesOf = (rooms) => rooms.map((room) => `${room}/**/*.{ts,tsx}`);
/** In the rules and at the door undefined also means "not loaded yet", and declarations are named as the commands are. */
const READONLY_ROOMS = filesOf(['chaincode', 'gateway', 'ui', 'demo']);
const DIALECT_ROOMS = filesOf(['ledger', 'audit', 'network', 'test/ledger', 'test/audit', 'test/network']);

export default tseslint.config(
  { ignores: ['dist/', 'dist-mutant/', 'node_modules/', '.forescrow/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      complexity: ['error', 10],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...BANNED],
    },
  },
  {
    files: READONLY_ROOMS,
    rules: {
      '@typescript-eslint/prefer-readonly': 'error',
      'no-restricted-syntax': ['error', ...BANNED, ...READONLY],
    },
  },
  {
    files: DIALECT_ROOMS,
    rules: {
      '@typescript-eslint/prefer-readonly': 'error',
      'no-restricted-syntax': ['error', ...BANNED, ...DIALECT],
    },
  },
  {
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
);

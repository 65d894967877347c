import tseslint from 'typescript-eslint';

/** What a pure decision must not know: time, disk, network, database, logs. Types are erased and stay allowed. */
const DECISIONS = ['services/core/src/calls/fold/**', 'services/core/src/notify/text/**'];

const forbid = (...patterns) => ['error', { patterns }];

const OTHER_INSIDES = {
  regex: '^@live-calls/(?!shared/(contracts|db|phone|runtime)$)',
  message: 'A service may know @live-calls/shared/contracts, /db, /phone and /runtime only.',
};
const OTHER_FOLDERS = {
  regex: '^(\\.\\./)+(shared|services)/',
  message: 'A service may know its own files and @live-calls/shared only.',
};

export default tseslint.config(
  { ignores: ['**/dist/', '.data/', 'logs/', 'test/fixtures/'] },
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['shared/tsconfig.json', 'services/*/tsconfig.json', 'test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // `() => void` is the type of many handlers; a one-line arrow function reads best for them.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
      ],
      // What factories return are plain objects without `this`.
      '@typescript-eslint/unbound-method': 'off',
      // tsc's noPropertyAccessFromIndexSignature is off: both ways of writing are fine.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['services/*/src/**/*.ts'],
    rules: { 'no-restricted-imports': forbid(OTHER_INSIDES, OTHER_FOLDERS) },
  },
  {
    files: ['shared/src/contracts/**/*.ts'],
    rules: {
      'no-restricted-imports': forbid({ regex: '^(?!zod$|\\./)', message: 'Contracts know zod and each other only.' }),
    },
  },
  {
    files: DECISIONS.map((folder) => `${folder}/*.ts`),
    rules: {
      '@typescript-eslint/no-restricted-imports': forbid(OTHER_INSIDES, OTHER_FOLDERS, {
        regex: '^(pg|express|node:.*|@live-calls/shared/(db|runtime))$',
        message: 'A decision is pure: give it what it needs as data.',
        allowTypeImports: true,
      }),
      'no-restricted-globals': ['error', 'fetch', 'process', 'setTimeout', 'setInterval', 'console', 'performance'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time comes in as data.' },
      ],
    },
  },
  {
    // Commands that people run: the terminal is their output.
    files: ['shared/src/operate/**/*.ts', 'services/emulator/src/demo/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);

// Where the compiled parts and the packages lie, seen from the compiled tree.
import { join, resolve } from 'node:path';

/** The repository's root: two folders above `dist/network`. */
export const REPOSITORY_ROOT = resolve(__dirname, '..', '..');

export const LEDGER_ENTRY = join(REPOSITORY_ROOT, 'dist', 'ledger', 'main.js');
export const GATEWAY_ENTRY = join(REPOSITORY_ROOT, 'dist', 'gateway', 'main.js');
/** Measures the databases of a system. */
export const READ_TIMES_ENTRY = join(
  REPOSITORY_ROOT,
  'dist',
  'gateway',
  'organisations',
  'read-times-process.js',
);
/** A simulated core of the demo world. */
export const CORE_ENTRY = join(REPOSITORY_ROOT, 'dist', 'demo', 'core', 'main.js');
export const NETWORK_ENTRY = join(REPOSITORY_ROOT, 'dist', 'network', 'main.js');
/** The built pages. */
export const PAGES_FOLDER = join(REPOSITORY_ROOT, 'dist', 'ui');
/** What `fabric-chaincode-node` runs. */
export const CHAINCODE_LAUNCHER = join(REPOSITORY_ROOT, 'node_modules', 'fabric-shim', 'cli.js');

/** Configuration of real peers and orderers, and the builder that peers call; data, not compiled. */
export const FABRIC_CONFIG = join(REPOSITORY_ROOT, 'network', 'fabric', 'config');
export const FABRIC_BUILDER = join(REPOSITORY_ROOT, 'network', 'fabric', 'builder');

// Where each member's gateway keeps what it stores: in a server of its own on this machine, or in one that the operator
// named, by environment or consortium file.
import type { Consortium, Member } from '../consortium.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { SetupError } from '../setup-error.js';
import { LocalDatabase } from './local-database.js';

export type DatabasePlace =
  | { readonly kind: 'local'; readonly server: LocalDatabase }
  /** May hold a password: it is passed on by environment and written nowhere. */
  | { readonly kind: 'named'; readonly url: string };

/** `DATABASE_URL_BANK_A_EXAMPLE` for bank-a.example. */
export function databaseVariable({ domain }: Pick<Member, 'domain'>): string {
  return `DATABASE_URL_${domain.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** The name of a member's server process and log. */
export function databaseName(member: Member): string {
  return `database-${member.domain}`;
}

export function localDatabase(folder: SystemFolder, member: Member): LocalDatabase {
  return new LocalDatabase({ home: folder.databaseHome(member), root: folder.dir });
}

/** Throws `SetupError` if a named address is none, or one variable would name two members' databases. */
export function databasePlace(
  place: { readonly folder: SystemFolder; readonly consortium: Consortium },
  member: Member,
  environment: NodeJS.ProcessEnv = process.env,
): DatabasePlace {
  const variable = databaseVariable(member);
  const named = environment[variable] ?? '';
  const url = named === '' ? (member.databaseUrl ?? null) : named;
  if (url === null) return { kind: 'local', server: localDatabase(place.folder, member) };
  const other = place.consortium.members.find(
    (candidate) => candidate.mspId !== member.mspId && databaseVariable(candidate) === variable,
  );
  if (named !== '' && other !== undefined) {
    throw new SetupError(
      `The variable ${variable} would name the database of both ${member.name} and ${other.name}; ` +
        'give their databaseUrl in the consortium file instead.',
    );
  }
  if (!/^postgres(ql)?:\/\/./.test(url)) {
    throw new SetupError(
      `The database of ${member.name} is not named by an address postgres://…; correct ` +
        (named === '' ? 'its databaseUrl in the consortium file.' : `the variable ${variable}.`),
    );
  }
  return { kind: 'named', url };
}

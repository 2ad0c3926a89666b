// Brings a person's first key to the ledger: a client's by the registrar, the first administrator's by the
// organisation's own certificate, everybody else's waits for an administrator.
import type { Logger } from 'pino';
import { CLAIM_ACTION, claimBody } from '../../chaincode/protocol/claim-text.js';
import type { Command } from '../../chaincode/protocol/commands.js';
import { bodyHash, type Intent, keyThumbprint } from '../../chaincode/protocol/intent.js';
import { isSigned } from '../../chaincode/signatures/intent-signatures.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { CommandOutcome } from '../protocol/admin.js';
import type { Operation } from '../protocol/api/forms.js';
import { Refused } from '../refused.js';
import type { HourlyCounts } from '../store/person-records.js';
import type { LedgerPeople } from './ledger-people.js';
import type { People } from './people.js';
import type { Person, Viewer } from './viewer.js';

export interface KeyPublicationOptions {
  readonly people: People;
  readonly ledgerPeople: LedgerPeople;
  readonly ledger: Pick<LedgerClient, 'submit' | 'list'>;
  readonly counts: HourlyCounts;
  /** First keys that the registrar publishes in an hour. */
  readonly mostAnHour: number;
  readonly channel: string;
  readonly organisation: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Rows that the ledger gives at once. */
const LISTED = 1_000;
const COUNTED = 'registrar';
const COUNTED_SELF = 'registrar, self-registered';
/** What stands already was made by an earlier try of the same. */
const DONE_BEFORE: ReadonlySet<string> = new Set(['EXISTS', 'WRONG_STATE']);

export class KeyPublication {
  private readonly running = new Map<string, Promise<Operation>>();

  constructor(private readonly options: KeyPublicationOptions) {}

  /**
   * Resolves when the key stands on the ledger, or as pending after `waitMs`.
   * Rejects: Refused NOT_YOUR_INTENT, WRONG_ACTION, BAD_SIGNATURE, KEY_PUBLISHED, VAULT_NEEDED, REGISTRAR_PAUSED.
   */
  async publish({ person, row }: Viewer, claim: Intent, waitMs: number): Promise<Operation> {
    this.requireClaim(person, claim);
    if (row?.status === 'active') {
      if (row.key === claim.key) return operation(claim, 'done');
      throw new Refused('KEY_PUBLISHED');
    }
    // A key that no vault keeps would be lost with the page.
    if (!person.hasVault) throw new Refused('VAULT_NEEDED');
    const isClient = person.intendedRoles.join() === 'client';
    if (!isClient && !(await this.isFirstAdministrator(person))) {
      await this.options.people.setWaitingClaim(person.id, claim);
      return { ...operation(claim, 'pending'), isWaiting: true };
    }
    return this.within(this.run(person, claim), claim, waitMs);
  }

  /** Nobody could confirm him: until the ledger has an administrator of this organisation, its certificate does. */
  private async isFirstAdministrator(person: Person): Promise<boolean> {
    if (person.intendedRoles.join() !== 'administrator') return false;
    for (let from = ''; ;) {
      const rows = await this.options.ledger.list('person', from);
      const isThere = rows.some(
        ({ owner, roles }) => owner === this.options.organisation && roles.includes('administrator'),
      );
      if (isThere) return false;
      const last = rows.at(-1)?.id;
      if (rows.length < LISTED || last === undefined || last === from) return true;
      from = last;
    }
  }

  private requireClaim(person: Person, claim: Intent): void {
    const { channel, organisation } = this.options;
    const { body } = claim;
    if (body.person !== person.id) throw new Refused('NOT_YOUR_INTENT');
    if (body.action !== CLAIM_ACTION) {
      throw new Refused('WRONG_ACTION', { found: body.action, needed: CLAIM_ACTION });
    }
    const { id, expiresAt } = body;
    const thumbprint = keyThumbprint(claim.key);
    const said = claimBody({ channel, organisation, id, expiresAt, thumbprint, person: person.id });
    if (bodyHash(said) !== bodyHash(body) || !isSigned(claim))
      throw new Refused('BAD_SIGNATURE', { what: 'claim' });
  }

  /** One at a time for each person; another key meanwhile waits for what the first comes to. */
  private run(person: Person, claim: Intent): Promise<Operation> {
    const known = this.running.get(person.id);
    if (known !== undefined) return known;
    const running = this.register(person, claim).finally(() => this.running.delete(person.id));
    running.catch((error: unknown) => {
      this.options.log.warn({ err: error }, 'a first key was not published');
    });
    this.running.set(person.id, running);
    return running;
  }

  private async register(person: Person, claim: Intent): Promise<Operation> {
    const { ledgerPeople } = this.options;
    await this.requirePace(person);
    const params = { person: person.id };
    const isClient = person.intendedRoles.join() === 'client';
    const as = isClient ? 'registrar' : 'admin';
    const registered = await this.send('agreement', { action: 'registerPerson', params }, as);
    if (!registered.ok && !DONE_BEFORE.has(registered.code)) return operation(claim, 'refused', registered);
    const confirmation = isClient
      ? { action: 'confirmClient', params: { ...params, claim } }
      : { action: 'confirmPerson', params: { ...params, key: claim.key, roles: ['administrator'] } };
    const confirmed = await this.send('owner', confirmation, as);
    ledgerPeople.forget(person.id);
    if (confirmed.ok) return operation(claim, 'done', confirmed);
    const row = await ledgerPeople.row(person.id);
    return row?.key === claim.key ? operation(claim, 'done') : operation(claim, 'refused', confirmed);
  }

  /** Strangers have half of the registrar's bound at most, so that they keep no one out whom an administrator made. */
  private async requirePace({ isSelfRegistered }: Person): Promise<void> {
    const { counts, mostAnHour, clock, log } = this.options;
    const now = clock.now();
    const most = mostOfStrangers(mostAnHour);
    const isInPace =
      (!isSelfRegistered || (await counts.take(COUNTED_SELF, { most, now }))) &&
      (await counts.take(COUNTED, { most: mostAnHour, now }));
    if (isInPace) return;
    log.error({ mostAnHour, isSelfRegistered }, 'the registrar has reached its bound for this hour');
    throw new Refused('REGISTRAR_PAUSED');
  }

  private async send(
    lane: 'agreement' | 'owner',
    command: Command,
    as: 'registrar' | 'admin',
  ): Promise<CommandOutcome> {
    const [outcome] = await this.options.ledger.submit(lane, command, { as });
    if (outcome === undefined) throw new Error('one command has one outcome');
    return outcome;
  }

  private async within(running: Promise<Operation>, claim: Intent, waitMs: number): Promise<Operation> {
    const { clock } = this.options;
    let cancel = (): void => undefined;
    const limit = new Promise<Operation>((resolve) => {
      cancel = clock.at(clock.now() + waitMs, () => {
        resolve(operation(claim, 'pending'));
      });
    });
    try {
      return await Promise.race([running, limit]);
    } finally {
      cancel();
    }
  }
}

/** Of so many first keys in an hour, those of people who have made their log-in themselves. */
export function mostOfStrangers(mostAnHour: number): number {
  return Math.floor(mostAnHour / 2);
}

function operation(claim: Intent, status: Operation['status'], outcome?: CommandOutcome): Operation {
  const code = outcome?.ok === false ? outcome.code : null;
  const { id, action } = claim.body;
  return { id, action, status, code, txId: outcome?.txId ?? null, block: outcome?.block ?? null };
}

// A person's session at the gateway of his organisation: signs in, keeps keys and clock, signs and sends commands.
// Pages, the demonstration and tests use this one class.
import type { PersonAction } from '../../chaincode/protocol/commands.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import { claimBody } from '../../chaincode/protocol/claim-text.js';
import type { Operation } from '../protocol/api/forms.js';
import type { AnyAuthoriseRequest } from '../protocol/authorise.js';
import type { Me } from '../protocol/api/session.js';
import type { SubmissionReceipt } from '../protocol/submission-receipt.js';
import { Access, type AccessOptions } from './access.js';
import { type ApiClient, ApiProblem } from './api-client.js';
import {
  type CommandEndpoint,
  type CommandInput,
  CommandSender,
  type KnownConsortium,
} from './command-sender.js';
import type { ConsortiumSettings } from './consortium-settings.js';
import { DeviceClock } from './device-clock.js';
import { NoKey, VaultClosed } from './errors.js';
import { newId } from './ids.js';
import { type KeyStore, memoryKeyStore } from './key-store.js';
import type { PlatformKey, Signer } from './keys.js';
import { makeSalt, type PasswordKeys, passwordKeys } from '../protocol/password-keys.js';
import { recipientCodeOf } from './recipient-code.js';
import type { CommandRequest } from './request.js';
import { INTENT_LIFE_MS, intentBody, signIntent } from './sign.js';
import { makeVault, type OpenVault, openVault, rewrapped, signerOfVault, type VaultOpener } from './vault.js';

export interface SessionOptions extends AccessOptions {
  /** `routes` from `protocol/api/endpoints.ts`, or from a file made of it; `organisation`: MSP id of the gateway's. */
  readonly channel: string;
  /** What the program knows of the consortium; without it no receipt is checked and no other member's door taken. */
  readonly settings?: ConsortiumSettings;
  /** Default: memory. In browsers `browserKeyStore(organisation)`. */
  readonly keyStore?: KeyStore;
}

/** What a person does after signing in. */
export type NextStep = 'ready' | 'setPassword' | 'makeKey' | 'openByRecovery';

export interface SignedIn {
  readonly me: Me;
  readonly next: NextStep;
}

const CLOCK_LIFE_MS = 600_000;

export class ClientSession {
  private readonly access: Access;
  private readonly keyStore: KeyStore;
  private readonly clock: DeviceClock;
  private readonly commands: CommandSender;
  private vault: OpenVault | null = null;
  /** Of the password that was typed last; wraps the vault after it was opened by the recovery code. */
  private wrappingKey: PlatformKey | null = null;

  private constructor(private readonly options: SessionOptions) {
    this.access = new Access(options);
    this.keyStore = options.keyStore ?? memoryKeyStore();
    this.clock = new DeviceClock(async () => (await this.api.call('getTime')).now);
    this.commands = new CommandSender({
      api: this.api,
      keyStore: this.keyStore,
      person: () => this.person().id,
      sign: (request) => this.sign(request),
      ...this.knownConsortium(),
    });
  }

  private knownConsortium(): { readonly consortium?: KnownConsortium } {
    const { settings, organisation } = this.options;
    if (settings === undefined) return {};
    const elsewhere = (base: string): ApiClient => this.access.elsewhere(base);
    return { consortium: { settings, organisation, elsewhere, now: () => this.now() } };
  }

  static open(options: SessionOptions): ClientSession {
    return new ClientSession(options);
  }

  get api(): ApiClient {
    return this.access.api;
  }

  /** Null: nobody is signed in. */
  get me(): Me | null {
    return this.access.me;
  }

  /** Who it is now, after a change. Rejects: ApiProblem, ApiUnreachable. */
  readMe(): Promise<Me> {
    return this.access.readMe();
  }

  /** Null: no key is open here. */
  get signer(): Signer | null {
    return this.vault === null ? null : signerOfVault(this.vault);
  }

  /** The device's clock, corrected by the gateway's. */
  now(): Instant {
    return this.clock.now();
  }

  /** How far the device's clock is behind; null: not known yet. */
  get clockDifferenceMs(): number | null {
    return this.clock.differenceMs;
  }

  /** Rejects: ApiProblem (LOG_IN_REFUSED, TOO_MANY_TRIES), UnusableSalt, ApiUnreachable. */
  async signIn(login: string, password: string): Promise<SignedIn> {
    const { secret, wrappingKey } = await this.keysOf(login, password);
    const me = await this.access.logIn(login, secret);
    this.vault = null;
    this.wrappingKey = wrappingKey;
    await this.keyStore.putLastPerson(me.id);
    if (me.mustSetPassword) return { me, next: 'setPassword' };
    return this.opened(me, { wrappingKey });
  }

  /**
   * Makes a log-in as a client, where the marketplace allows it; a key is made next. Rejects: ApiProblem
   * (REGISTRATION_CLOSED, LOG_IN_TAKEN, TOO_MANY_REGISTRATIONS, NAME_UNREADABLE), ApiUnreachable.
   */
  async register(of: {
    readonly login: string;
    readonly name: string;
    readonly language: 'ru' | 'en';
    readonly password: string;
  }): Promise<SignedIn> {
    const { password, ...body } = of;
    const salt = makeSalt();
    const owner = { organisation: this.options.organisation, login: of.login };
    const { secret, wrappingKey } = await passwordKeys(password, owner, salt);
    const me = this.access.take(await this.api.call('register', { body: { ...body, salt, secret } }));
    this.vault = null;
    this.wrappingKey = wrappingKey;
    await this.keyStore.putLastPerson(me.id);
    return { me, next: 'makeKey' };
  }

  /**
   * Replaces the password that somebody else chose. Where there is a vault, only the recovery code opens it
   * afterwards.
   */
  async setFirstPassword(old: string, password: string): Promise<SignedIn> {
    const me = await this.replacePassword(old, password, null);
    return this.opened(me, { wrappingKey: this.typed() });
  }

  /** Makes keys and deal secret, stores the vault and publishes the key. The recovery code is shown once. */
  async makeVault(
    password: string,
  ): Promise<{ readonly recoveryCode: string; readonly operation: Operation }> {
    const me = this.person();
    const { wrappingKey } = await this.keysOf(me.login, password);
    const { record, open, recoveryCode } = await makeVault(this.owner(), wrappingKey);
    await this.api.call('putVault', { body: { replaces: 0, vault: record } });
    await this.use(open);
    await this.access.readMe();
    const operation = await this.publish(open);
    await this.access.readMe();
    return { recoveryCode, operation };
  }

  /** Rejects: VaultClosed, ApiProblem. */
  async openVault(password: string): Promise<void> {
    const { wrappingKey } = await this.keysOf(this.person().login, password);
    await this.openBy({ wrappingKey });
  }

  /**
   * Opens the vault and wraps its key under the password that was typed last. Rejects: VaultClosed, NotARecoveryCode.
   */
  async openVaultByRecovery(recoveryCode: string): Promise<void> {
    const by = { recoveryCode };
    const record = await this.openBy(by);
    if (this.wrappingKey === null) return;
    const byPassword = await rewrapped(record, this.owner(), by, this.wrappingKey);
    await this.api.call('wrapVault', { body: { version: record.version, byPassword } });
  }

  /** By the refresh cookie and the key kept here; null: sign in. Rejects: ApiUnreachable. */
  async restore(): Promise<Me | null> {
    const me = await this.access.restore();
    if (me === null) return null;
    const kept = await this.keyStore.keys(me.id);
    const isCurrent = kept !== null && (me.keyThumbprint === null || kept.thumbprint === me.keyThumbprint);
    this.vault = isCurrent ? kept : null;
    return me;
  }

  /** Rejects: ApiProblem (LOG_IN_REFUSED), VaultClosed. */
  async changePassword(old: string, password: string): Promise<void> {
    const me = this.person();
    const record = me.hasVault ? await this.api.call('getVault') : null;
    await this.replacePassword(old, password, record);
  }

  async signOut({ everywhere = false }: { readonly everywhere?: boolean } = {}): Promise<void> {
    const person = this.me?.id ?? (await this.keyStore.lastPerson());
    if (person !== null) await this.keyStore.forgetKeys(person);
    await this.keyStore.putLastPerson(null);
    this.vault = null;
    this.wrappingKey = null;
    await this.access.end(everywhere);
  }

  /** The code that the recipient of this deal's goods gives to the courier's agent. Rejects: NoKey. */
  async recipientCode(deal: string): Promise<string> {
    return recipientCodeOf(this.openVaultOrThrow().dealSecret, deal);
  }

  /**
   * Signs and sends a command, and waits for what becomes of it, about half a minute at most. While an earlier one for
   * the same purpose is not final, that one is sent again and its operation is the answer.
   * Rejects: NoKey, ApiProblem (nothing was taken), ApiUnreachable (kept, sent again by the next call).
   */
  command(name: CommandEndpoint, input: CommandInput): Promise<Operation> {
    return this.commands.send(name, input);
  }

  /** A member's word that it has received this command; null: none was given here. Rejects: NoKey. */
  receipt(command: string): Promise<SubmissionReceipt | null> {
    return this.keyStore.receipt(this.person().id, command);
  }

  /** Sends again what an earlier visit left under way. */
  resumeCommands(): Promise<readonly Operation[]> {
    return this.commands.resume();
  }

  /** Signs a command or a question to a bank without sending it. Rejects: NoKey. */
  async sign(request: CommandRequest<PersonAction> | AnyAuthoriseRequest): Promise<Intent> {
    const signer = signerOfVault(this.openVaultOrThrow());
    if (this.clock.isStale(CLOCK_LIFE_MS)) await this.clock.correct();
    const context = { channel: this.options.channel, person: this.person().id, now: this.now() };
    return signIntent(signer, intentBody(context, request));
  }

  private async opened(me: Me, by: VaultOpener): Promise<SignedIn> {
    if (!me.hasVault) return { me, next: 'makeKey' };
    try {
      await this.openBy(by);
    } catch (error) {
      if (error instanceof VaultClosed && error.reason === 'key') return { me, next: 'openByRecovery' };
      throw error;
    }
    return { me: this.person(), next: 'ready' };
  }

  private async openBy(by: VaultOpener) {
    const me = this.person();
    const record = await this.api.call('getVault');
    const leastVersion = await this.keyStore.seenVersion(me.id);
    const expected = { thumbprint: me.keyThumbprint, leastVersion };
    const open = await openVault(record, this.owner(), by, expected);
    await this.use(open);
    // The key was made and something came between: its publication goes on.
    if (me.keyThumbprint === null) await this.publish(open).catch(onlyProblems);
    return record;
  }

  private async use(open: OpenVault): Promise<void> {
    this.vault = open;
    await this.keyStore.putKeys(this.person().id, open);
  }

  private async publish(open: OpenVault): Promise<Operation> {
    if (this.clock.isStale(CLOCK_LIFE_MS)) await this.clock.correct();
    const { channel, organisation } = this.options;
    const person = this.person().id;
    const body = claimBody({
      ...{ channel, person, organisation, thumbprint: open.thumbprint },
      id: newId('claim'),
      expiresAt: this.now() + INTENT_LIFE_MS,
    });
    const intent = await signIntent(signerOfVault(open), body);
    return this.api.call('publishKey', { body: { intent } }, { waitS: 10 });
  }

  /** With a record, its key is wrapped anew as well. */
  private async replacePassword(
    old: string,
    password: string,
    record: Parameters<typeof rewrapped>[0] | null,
  ): Promise<Me> {
    const { login } = this.person();
    const before = await this.keysOf(login, old);
    const salt = makeSalt();
    const after = await passwordKeys(password, { organisation: this.options.organisation, login }, salt);
    const byPassword =
      record === null ? null : await rewrapped(record, this.owner(), before, after.wrappingKey);
    const body = { oldSecret: before.secret, newSecret: after.secret, salt, byPassword };
    const me = this.access.take(await this.api.call('setPassword', { body }));
    this.wrappingKey = after.wrappingKey;
    return me;
  }

  private async keysOf(login: string, password: string): Promise<PasswordKeys> {
    const salt = await this.api.call('getSalt', { body: { login } });
    return passwordKeys(password, { organisation: this.options.organisation, login }, salt);
  }

  private typed(): PlatformKey {
    if (this.wrappingKey === null) throw new NoKey();
    return this.wrappingKey;
  }

  private owner() {
    return { organisation: this.options.organisation, person: this.person().id };
  }

  private person(): Me {
    if (this.me === null) throw new NoKey();
    return this.me;
  }

  private openVaultOrThrow(): OpenVault {
    if (this.vault === null) throw new NoKey();
    return this.vault;
  }
}

function onlyProblems(error: unknown): void {
  if (!(error instanceof ApiProblem)) throw error;
}

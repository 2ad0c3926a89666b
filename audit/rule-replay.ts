// What signed commands make of the channel's rules, worked out from the commands alone: founding, commission, proposals
// and the voices for them. A voice counts if its command was genuine, whatever stands in a row.
import type { Command } from '../chaincode/protocol/commands.js';
import type { Intent } from '../chaincode/protocol/intent.js';
import type { AgreedSettings, ParametersRow, PersonRow } from '../chaincode/protocol/member.js';
import {
  type ParametersProposalRow,
  quorumOf,
  settingsHash,
  votersOf,
} from '../chaincode/protocol/parameters-proposal.js';
import { isSigned } from '../chaincode/signatures/intent-signatures.js';
import { firstBroken, type CheckScope } from './check.js';

/** The two rows as they should be. */
export interface Rules {
  readonly parameters: ParametersRow | null;
  readonly proposal: ParametersProposalRow | null;
}

/** What a command is judged by. */
export interface Setting {
  readonly sender: string;
  readonly now: number;
  readonly scope: CheckScope;
}

/** The rules after a command; a text: why it may not. */
type Step = (rules: Rules, command: Command, setting: Setting) => Rules | string;

/** A signed command of the marketplace's administrator about rules in force. */
interface OfMarketplace {
  readonly rules: Rules;
  readonly parameters: ParametersRow;
  readonly params: Intent['body']['params'];
  readonly signer: PersonRow;
  readonly setting: Setting;
}

export class RuleReplay {
  /** Genuine voices by proposal, as `nameOf` writes it: member → when it came. */
  private readonly heard = new Map<string, ReadonlyMap<string, number>>();
  private readonly steps: { readonly [action: string]: Step } = {
    setParameters: founded,
    setCommission: byMarketplace(commissionSet),
    setCommissionAccount: byMarketplace(commissionAccountSet),
    proposeParameters: byMarketplace(proposed),
    acceptParameters: (rules, command, setting) => this.accepted(rules, command, setting),
    applyParameters: (rules, { params }, { now }) => this.applied(rules, params?.['number'], now),
    withdrawParameters: byMarketplace(withdrawn),
  };

  /** The rules as they were if the command is about something else. */
  after(rules: Rules, command: Command, setting: Setting): Rules | string {
    const step = Object.hasOwn(this.steps, command.action) ? this.steps[command.action] : undefined;
    if (step === undefined) return rules;
    const made = step(rules, command, setting);
    return typeof made === 'string' ? `${command.action}: ${made}` : made;
  }

  /** Members whose genuine voices were heard for what this proposal says. */
  voicesFor(proposal: ParametersProposalRow): readonly string[] {
    return [...this.voices(proposal).keys()];
  }

  private accepted(rules: Rules, { intent }: Command, { now, scope }: Setting): Rules | string {
    const { parameters, proposal } = rules;
    const signer = signerOf(intent, scope);
    if (parameters === null || proposal === null || intent === undefined) return 'nothing to accept';
    const { number, settings } = intent.body.params;
    const member = signer?.owner ?? '';
    const fault = firstBroken(
      [
        () => number === proposal.number && settings === settingsHash(proposal.settings),
        'a voice for another proposal',
      ],
      [() => votersOf(parameters).includes(member), 'a voice of no member that has one'],
      [() => proposal.voices.every((voice) => voice.member !== member), 'a second voice of one member'],
    );
    if (fault !== null || signer === null) return fault ?? 'a voice of nobody';
    this.heard.set(nameOf(proposal), new Map(this.voices(proposal)).set(member, now));
    const voices = [...proposal.voices, { member, person: signer.id, at: now }];
    return { ...rules, proposal: withVoices(proposal, voices, { parameters, now }) };
  }

  private applied({ parameters, proposal }: Rules, number: unknown, now: number): Rules | string {
    if (parameters === null || proposal === null || proposal.number !== number) return 'nothing to apply';
    const { settings, replaces } = proposal;
    const house = settings.members.find(({ kind }) => kind === 'marketplace')?.msp;
    const decidedAt = this.decidedAt(proposal, parameters);
    const fault = firstBroken(
      [() => replaces === parameters.version, 'made for other rules than those in force'],
      [() => house === parameters.marketplace, 'another marketplace'],
      [() => decidedAt !== null, 'without the voices of most of the other members'],
      [() => now >= (decidedAt ?? now) + parameters.changeDelayMs, 'before the delay was over'],
    );
    if (fault !== null) return fault;
    const { commissionCapBasisPoints: cap } = settings;
    const commissionBasisPoints = Math.min(parameters.commissionBasisPoints, cap);
    return {
      parameters: { ...parameters, ...settings, commissionBasisPoints, version: parameters.version + 1 },
      proposal: { ...proposal, status: 'applied' },
    };
  }

  /** When the voice came that made most of the others; null: it never came. */
  private decidedAt(proposal: ParametersProposalRow, parameters: ParametersRow): number | null {
    const heard = this.voices(proposal);
    const times = votersOf(parameters).flatMap((voter) => heard.get(voter) ?? []);
    return times.sort((one, other) => one - other)[quorumOf(parameters) - 1] ?? null;
  }

  private voices(proposal: ParametersProposalRow): ReadonlyMap<string, number> {
    return this.heard.get(nameOf(proposal)) ?? new Map<string, number>();
  }
}

function founded(rules: Rules, { params }: Command, { sender, scope }: Setting): Rules | string {
  if (rules.parameters !== null) return 'the channel was founded before';
  if (sender !== scope.marketplace) return `founded by ${sender}`;
  const settings = params as unknown as AgreedSettings; // the row's form is checked with the row
  const { channel, marketplace } = scope;
  const first = { v: 1, version: 1, channel, marketplace, commissionLinks: {} } as const;
  return { ...rules, parameters: { ...first, ...settings } as ParametersRow };
}

function byMarketplace(step: (of: OfMarketplace) => Rules | string): Step {
  return (rules, { intent }, setting) => {
    const { parameters } = rules;
    const signer = signerOf(intent, setting.scope);
    if (parameters === null || intent === undefined) return 'before the founding';
    if (signer?.owner !== parameters.marketplace) return 'not signed by an administrator of the marketplace';
    return step({ rules, parameters, params: intent.body.params, signer, setting });
  };
}

function commissionSet({ rules, parameters, params }: OfMarketplace): Rules | string {
  const commissionBasisPoints = params['commissionBasisPoints'] as number; // the row's form is checked with the row
  if (commissionBasisPoints > parameters.commissionCapBasisPoints) return 'a commission above the cap';
  return { ...rules, parameters: { ...parameters, commissionBasisPoints } };
}

function commissionAccountSet({ rules, parameters, params, signer, setting }: OfMarketplace): Rules | string {
  const link = setting.scope.ledger.attested('link', params['link'] as string); // as above
  if (link?.person !== signer.id) return "an account that is not its signer's";
  const commissionLinks = { ...parameters.commissionLinks, [link.currency]: link.id };
  return { ...rules, parameters: { ...parameters, commissionLinks } };
}

function proposed({ rules, parameters, params, signer, setting }: OfMarketplace): Rules | string {
  if (params['replaces'] !== parameters.version) return 'a proposal for other rules than those in force';
  const proposal = {
    ...{ v: 1, number: (rules.proposal?.number ?? 0) + 1, status: 'proposed', voices: [], dueAt: null },
    ...{ replaces: parameters.version, settings: params['settings'], proposer: signer.id },
    proposedAt: setting.now,
  };
  return { ...rules, proposal: proposal as unknown as ParametersProposalRow }; // its form is checked with the row
}

function withdrawn({ rules, params }: OfMarketplace): Rules | string {
  const { proposal } = rules;
  if (proposal === null || proposal.number !== params['number']) return 'another proposal than the open one';
  return { ...rules, proposal: { ...proposal, status: 'withdrawn' } };
}

function withVoices(
  proposal: ParametersProposalRow,
  voices: ParametersProposalRow['voices'],
  { parameters, now }: { readonly parameters: ParametersRow; readonly now: number },
): ParametersProposalRow {
  const given = votersOf(parameters).filter((voter) => voices.some(({ member }) => member === voter));
  if (given.length < quorumOf(parameters)) return { ...proposal, voices, dueAt: null, status: 'proposed' };
  const dueAt = proposal.dueAt ?? now + parameters.changeDelayMs;
  return { ...proposal, voices, dueAt, status: 'accepted' };
}

function nameOf({ replaces, number, settings }: ParametersProposalRow): string {
  return `${String(replaces)} ${String(number)} ${settingsHash(settings)}`;
}

/** The administrator whose own key signed this; null: nobody such. */
function signerOf(intent: Command['intent'], { ledger, channel }: CheckScope): PersonRow | null {
  if (intent === undefined) return null;
  const { body, key } = intent;
  const person = ledger.attested('person', body.person);
  const isOwn = person?.status === 'active' && person.key === key && person.roles.includes('administrator');
  return isOwn && body.channel === channel && isSigned(intent) ? person : null;
}

// The rules of the channel before the fake gateway: at the marketplace they wait for a proposal, at a bank one is open.
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import type { ParametersInfo, ParametersProposalInfo } from '../../../gateway/protocol/api/parameters.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { type Asked, FakeRefusal } from './asked.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './deals.js';
import type { FakeKind } from './world.js';

type Settings = ParametersInfo['settings'];
type Done = (asked: Asked) => Operation;

const SETTINGS: Settings = {
  members: [
    { msp: 'MarketplaceMSP', kind: 'marketplace' },
    { msp: 'BankAMSP', kind: 'bank' },
    { msp: 'BankBMSP', kind: 'bank' },
    { msp: 'CourierMSP', kind: 'courier' },
  ],
  ...{ commissionCapBasisPoints: 1_500, minimumPartBasisPoints: 100, windowMs: 30_000, slackMs: 10_000 },
  payTimeMs: { least: MINUTE_MS, most: 30 * DAY_MS, usual: HOUR_MS },
  answerTimeMs: { least: MINUTE_MS, most: DAY_MS, usual: 10 * MINUTE_MS },
  inspectionTimeMs: { least: 0, most: 30 * DAY_MS, usual: DAY_MS },
  shipTimeMs: { least: HOUR_MS, most: 30 * DAY_MS, usual: 3 * DAY_MS },
  deliverTimeMs: { least: HOUR_MS, most: 30 * DAY_MS, usual: 7 * DAY_MS },
  ...{ stepTimeMs: 7 * DAY_MS, creditTimeMs: DAY_MS, longStopMs: 180 * DAY_MS, changeDelayMs: 3 * DAY_MS },
};

const PROPOSAL: ParametersProposalInfo = {
  ...{ number: 4, status: 'proposed', replaces: 3, proposedAt: Date.now() - 5 * HOUR_MS, dueAt: null },
  settings: {
    ...SETTINGS,
    commissionCapBasisPoints: 1_000,
    payTimeMs: { ...SETTINGS.payTimeMs, usual: 2 * HOUR_MS },
    members: [...SETTINGS.members, { msp: 'BankCMSP', kind: 'bank' }],
  },
  voices: [{ member: 'CourierMSP', at: Date.now() - 2 * HOUR_MS }],
};

export function parameterAnswers(kind: FakeKind, done: Done) {
  const rules: Mutable<ParametersInfo> = {
    ...{ version: 3, settings: SETTINGS, commissionBasisPoints: 500, quorum: 2 },
    commissionAccounts: [{ currency: 'RUB', link: 'link_commission1', bank: '10' }],
    proposal: kind === 'marketplace' ? null : PROPOSAL,
  };
  const paramsOf = ({ body }: Asked) => (body as { readonly intent: Intent }).intent.body.params;
  return {
    getParameters: (): ParametersInfo => ({ ...rules }),
    setCommissionAccount: (asked: Asked) => {
      const link = paramsOf(asked)['link'] as string; // a text, by the form of the command
      rules.commissionAccounts = [{ currency: 'RUB', link, bank: '10' }];
      return done(asked);
    },
    setCommission: (asked: Asked) => {
      const found = paramsOf(asked)['commissionBasisPoints'] as number; // as above
      if (found > rules.settings.commissionCapBasisPoints) throw new FakeRefusal('COMMISSION_CAP');
      rules.commissionBasisPoints = found;
      return done(asked);
    },
    proposeParameters: (asked: Asked) => {
      const settings = paramsOf(asked)['settings'] as unknown as Settings; // as above
      const number = (rules.proposal?.number ?? 3) + 1;
      rules.proposal = { ...PROPOSAL, number, settings, proposedAt: Date.now(), voices: [] };
      return done(asked);
    },
    withdrawParameters: (asked: Asked) => {
      if (rules.proposal !== null) rules.proposal = { ...rules.proposal, status: 'withdrawn' };
      return done(asked);
    },
    acceptParameters: (asked: Asked) => {
      const { proposal } = rules;
      if (proposal === null) throw new FakeRefusal('NOT_FOUND');
      const voices = [...proposal.voices, { member: 'BankAMSP', at: Date.now() }];
      rules.proposal = { ...proposal, voices, status: 'accepted', dueAt: Date.now() + 3 * DAY_MS };
      return done(asked);
    },
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

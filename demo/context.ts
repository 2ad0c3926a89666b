// What the demonstration gets to know of the system it plays on, and what it promises in return.
// Shapes only: it plays nothing and starts nothing.
import type { MemberKind } from '../chaincode/protocol/rows.js';

/** One organisation's admin API. `tokenPath` names the file (0600) with the bearer token. */
export interface DemoAdminApi {
  mspId: string;
  name: string;
  kind: MemberKind;
  bankId?: string;
  url: string;
  tokenPath: string;
}

/** What the demonstration uses of the consortium file. */
export interface DemoConsortium {
  channel: string;
  timing: {
    windowMs: number;
    slackMs: number;
    payTimeMs: number;
    answerTimeMs: number;
    inspectionTimeMs: number;
  };
  members: readonly { mspId: string; kind: MemberKind }[];
}

export interface DemoContext {
  /** The system's folder (`--dir`), absolute. */
  dir: string;
  consortium: DemoConsortium;
  adminApis: readonly DemoAdminApi[];
}

export interface DemoOptions {
  /** Only the report matters then: the scenario may be left out. */
  json: boolean;
  /** Takes one line of text at a time. */
  readonly print: (line: string) => void;
}

/** What `npm run demo -- --json` prints as its last line; sums are decimal strings of minor units. */
export interface DemoReport {
  deals: readonly {
    id: string;
    outcome: string;
    payments: number;
    paidToSeller: string;
    commission: string;
    interbankFees: string;
    returned: string;
  }[];
  transactions: number;
  balanced: boolean;
}

/** The demonstration as the commands call it; `demo/play.ts` exports these two. */
export interface Demo {
  /** Banks, tariffs, people, accounts, offers. Safe to call again after it was cut off. */
  seed(context: DemoContext, options: Pick<DemoOptions, 'print'>): Promise<void>;
  /** The four deals, on new people each time. */
  playDemo(context: DemoContext, options: DemoOptions): Promise<DemoReport>;
}

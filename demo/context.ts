// What the demonstration gets to know of the system it plays on, and the report that it gives in return.
import type { MemberKind } from '../chaincode/protocol/forms.js';

/** One organisation's admin API. `tokenPath` names the file (0600) with the bearer token. */
export interface DemoAdminApi {
  readonly mspId: string;
  readonly name: string;
  readonly kind: MemberKind;
  readonly bankId?: string;
  readonly url: string;
  readonly tokenPath: string;
}

/** What the demonstration uses of the consortium file. */
export interface DemoConsortium {
  readonly channel: string;
  readonly timing: {
    readonly windowMs: number;
    readonly slackMs: number;
    readonly payTimeMs: number;
    readonly answerTimeMs: number;
    readonly inspectionTimeMs: number;
  };
  readonly members: readonly { readonly mspId: string; readonly kind: MemberKind }[];
}

/** One organisation's web API, as this machine reaches it. */
export interface DemoWeb {
  readonly mspId: string;
  readonly url: string;
  /** As browsers address it. */
  readonly origin: string;
  /** Where its gateway wrote the password of its first log-in. */
  readonly firstAdministratorPath: string;
}

export interface DemoContext {
  /** The system's folder (`--dir`), absolute. */
  readonly dir: string;
  readonly consortium: DemoConsortium;
  readonly adminApis: readonly DemoAdminApi[];
  readonly webs: readonly DemoWeb[];
  /** By MSP id of a bank, the file in which its simulated core keeps the addresses of its holders' phones. */
  readonly phoneLinksPaths: { readonly [mspId: string]: string };
}

export interface DemoOptions {
  /** Only the report matters then: the scenario may be left out. */
  readonly json: boolean;
  /** Takes one line of text at a time. */
  readonly print: (line: string) => void;
}

/** What `npm run demo -- --json` prints as its last line; sums are decimal strings of minor units. */
export interface DemoReport {
  readonly deals: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly payments: number;
    readonly paidToSeller: string;
    readonly commission: string;
    readonly interbankFees: string;
    readonly returned: string;
  }[];
  readonly transactions: number;
  readonly balanced: boolean;
}

/** How much a population has. */
export interface PopulationSize {
  readonly banks: number;
  /** Of each bank. */
  readonly clients: number;
  /** Of one client, at most: the clients of a bank have from one to so many, evenly. */
  readonly accounts: number;
  /** In all. */
  readonly offers: number;
}

/** How far it is: `done` of `total` items, of all stages together. */
export interface PopulationProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

export interface PopulateOptions extends Pick<DemoOptions, 'print'> {
  readonly size: PopulationSize;
  readonly onProgress: (progress: PopulationProgress) => void;
  /** Most items of one list. */
  readonly listLength?: number;
}

/** What there is of it now. */
export interface PopulationReport {
  readonly banks: number;
  readonly clients: number;
  readonly accounts: number;
  /** Into all accounts, minor units in digits. */
  readonly deposited: string;
  readonly currency: string;
  readonly links: number;
  readonly offers: number;
  /** That this run has carried out. */
  readonly lists: number;
  /** Ids of some of its clients. */
  readonly people: readonly string[];
}

/** The demonstration as the commands call it; `demo/play.ts` exports these. */
export interface Demo {
  /** Banks, tariffs, people, accounts, offers. Safe to call again after it was cut off. */
  seed(context: DemoContext, options: Pick<DemoOptions, 'print'>): Promise<void>;
  /** Log-ins, money and offers for people who come with a browser. Once in a system's life. */
  inviteBrowserPeople(context: DemoContext, options: Pick<DemoOptions, 'print'>): Promise<void>;
  /** Where they go, and with which log-in; empty before they were invited. */
  browserLines(context: DemoContext): string[];
  /** The four deals, on new people each time. */
  playDemo(context: DemoContext, options: DemoOptions): Promise<DemoReport>;
  /** Clients, accounts and offers in numbers. Goes on after it was cut off; all is there once. */
  populate(context: DemoContext, options: PopulateOptions): Promise<PopulationReport>;
}
